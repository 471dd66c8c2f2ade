import { type DomainError, fail } from '../core/kernel/errors.ts';
import { type Result, ok } from '../core/kernel/result.ts';
import { readBytes } from './read-bytes.ts';

const NOT_JSON = fail('validation_failed', 'The body is not valid JSON.', { field: 'body' });

/** The body as JSON, undefined when it is empty. */
export async function readJson(request: Request, maxBytes?: number): Promise<Result<unknown, DomainError>> {
  const bytes = await readBytes(request, maxBytes);
  if (!bytes.ok) return bytes;
  if (bytes.value.length === 0) return ok(undefined);
  try {
    return ok(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes.value)));
  } catch {
    return NOT_JSON;
  }
}
