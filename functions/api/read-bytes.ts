import { type DomainError, fail } from '../core/kernel/errors.ts';
import { type Result, ok } from '../core/kernel/result.ts';
import type { Received } from './http.ts';

/** What it takes to read a body. */
export type Sent = Pick<Received, 'header' | 'body'>;

const MEGABYTE = 1024 * 1024;

/** A body without a stated length is read this much further before the connection is given up. */
const PATIENCE_BYTES = 16 * MEGABYTE;

const BROKEN_OFF = fail('validation_failed', 'The body broke off before its end.', { field: 'body' });

/**
 * All of a body. One that says that it is too long is not touched: the server then skips it and the connection can
 * go on, which it could not with a body that is read halfway.
 */
export async function readBytes(
  sent: Sent,
  limit = MEGABYTE,
): Promise<Result<Uint8Array<ArrayBuffer>, DomainError>> {
  const tooLarge = fail('payload_too_large', `The body is over ${limit / MEGABYTE} MB.`, { field: 'body' });
  if (Number(sent.header('content-length') ?? 0) > limit) return tooLarge;
  const chunks: Uint8Array[] = [];
  let total = 0;
  try {
    for await (const chunk of sent.body) {
      total += chunk.length;
      if (total > limit + PATIENCE_BYTES) return tooLarge;
      if (total <= limit) chunks.push(chunk);
    }
  } catch {
    // The client has gone: no fault of ours, and nobody to tell.
    return BROKEN_OFF;
  }
  return total > limit ? tooLarge : ok(Buffer.concat(chunks));
}
