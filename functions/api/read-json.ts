import { type DomainError, fail } from '../core/kernel/errors.ts';
import { type Result, ok } from '../core/kernel/result.ts';
import { type Sent, readBytes } from './read-bytes.ts';

const NOT_JSON = fail('validation_failed', 'The body is not valid JSON.', { field: 'body' });

/** More than anybody means; what goes down into a value, as parsing by a schema does, has a stack with an end. */
const MAX_DEPTH = 100;
const TOO_DEEP = fail('validation_failed', `The body is nested more than ${MAX_DEPTH} levels deep.`, {
  field: 'body',
});

/** The body as JSON, undefined when it is empty. */
export async function readJson(sent: Sent, maxBytes?: number): Promise<Result<unknown, DomainError>> {
  const bytes = await readBytes(sent, maxBytes);
  if (!bytes.ok) return bytes;
  if (bytes.value.length === 0) return ok(undefined);
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes.value));
    return isTooDeep(value) ? TOO_DEEP : ok(value);
  } catch {
    return NOT_JSON;
  }
}

const isNested = (value: unknown) => typeof value === 'object' && value !== null;

function isTooDeep(value: unknown): boolean {
  let level = [value].filter(isNested);
  for (let depth = 0; depth < MAX_DEPTH && level.length > 0; depth += 1) {
    level = level.flatMap((parent) => Object.values(parent).filter(isNested));
  }
  return level.length > 0;
}
