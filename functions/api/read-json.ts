import { type DomainError, fail } from '../core/kernel/errors.ts';
import { type Result, ok } from '../core/kernel/result.ts';

const MEGABYTE = 1024 * 1024;

/** A body without a stated length is read this much further before the connection is given up. */
const PATIENCE_BYTES = 16 * MEGABYTE;

const NOT_JSON = fail('validation_failed', 'The body is not valid JSON.', { field: 'body' });

/**
 * The body as JSON, undefined when it is empty. One that says that it is too long is not touched: the server then
 * skips it and the connection can go on, which it could not with a body that is read halfway.
 */
export async function readJson(request: Request, maxBytes = MEGABYTE): Promise<Result<unknown, DomainError>> {
  const tooLarge = fail('payload_too_large', `The body is over ${maxBytes / MEGABYTE} MB.`, {
    field: 'body',
  });
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) return tooLarge;
  const bytes = await readUpTo(maxBytes, request.body);
  if (bytes === undefined) return tooLarge;
  if (bytes.length === 0) return ok(undefined);
  try {
    return ok(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)));
  } catch {
    return NOT_JSON;
  }
}

async function readUpTo(limit: number, body: Request['body']): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let total = 0;
  for await (const chunk of body ?? []) {
    total += chunk.length;
    if (total > PATIENCE_BYTES) return undefined;
    if (total <= limit) chunks.push(chunk);
  }
  return total > limit ? undefined : Buffer.concat(chunks);
}
