import type { Operation } from '../contract/operation.ts';
import { isProjectRef } from '../core/kernel/ids.ts';
import type { JsonObject } from '../core/kernel/json.ts';
import type { EntryPorts } from './call.ts';
import type { Answer } from './http.ts';
import type { ApiRequest } from './request.ts';

const READS = ['GET', 'HEAD'];
/** Whoever asks too often must not fill the log as well. */
const TOO_OFTEN = 429;

/** What every line has that is logged while a request is answered, and by what it begins. */
export function surroundingsOf(
  { id, path: { ref = '' } }: Pick<ApiRequest, 'id' | 'path'>,
  { method, path }: Operation,
): JsonObject {
  const about = { request_id: id, operation: `${method} ${path}` };
  return isProjectRef(ref) ? { ...about, project: ref } : about;
}

/**
 * Counts an answer. It leaves a line where the request may have changed something or was refused, so that an error's
 * `request_id` is always found.
 */
export function note(
  operation: Operation,
  { status }: Answer,
  milliseconds: number,
  { log, meter }: Pick<EntryPorts, 'log' | 'meter'>,
): void {
  meter?.answered(operation, status, milliseconds / 1000);
  if ((status >= 400 || !READS.includes(operation.method)) && status !== TOO_OFTEN)
    log.info('request', { status, duration_ms: Math.round(milliseconds) });
}
