import { exposeToBrowsers } from '../gateway/cors.ts';
import type { Ending } from './process.ts';

/** Supabase's codes, statuses and words: https://supabase.com/docs/guides/functions/error-codes */
const REFUSALS = {
  NOT_FOUND: { status: 404, message: 'Requested function was not found' },
  UNAUTHORIZED_NO_AUTH_HEADER: { status: 401, message: 'Missing authorization header' },
  UNAUTHORIZED_INVALID_JWT_FORMAT: { status: 401, message: 'Invalid JWT' },
  BOOT_ERROR: { status: 503, message: 'Function failed to start (please check logs)' },
  WORKER_ERROR: { status: 500, message: 'Function exited due to an error (please check logs)' },
  WORKER_RESOURCE_LIMIT: {
    status: 546,
    message: 'Function failed due to not having enough compute resources (please check logs)',
  },
  IDLE_TIMEOUT: { status: 504, message: 'Function did not respond in time' },
} as const;

export type RefusalCode = keyof typeof REFUSALS;

export interface RefusalDetails {
  /** Leads to the lines of the log that tell more. */
  readonly executionId?: string;
  readonly retryAfterSeconds?: number;
}

export function refuse(code: RefusalCode, details: RefusalDetails = {}): Response {
  const { status, message } = REFUSALS[code];
  const { executionId, retryAfterSeconds } = details;
  const response = Response.json(
    { code, message, ...(executionId === undefined ? {} : { execution_id: executionId }) },
    { status },
  );
  // No function has answered, so none has said which browsers may read this; it holds nothing secret.
  exposeToBrowsers(response.headers);
  mark(response.headers, code, executionId);
  if (retryAfterSeconds !== undefined) response.headers.set('retry-after', String(retryAfterSeconds));
  return response;
}

/** What a request is told whose process has ended under it. */
export function codeOf(ending: Ending, otherwise: 'BOOT_ERROR' | 'WORKER_ERROR'): RefusalCode {
  return ending === 'memory' || ending === 'cpu' ? 'WORKER_RESOURCE_LIMIT' : otherwise;
}

/** The headers by which clients tell errors apart and find the log of an execution. */
export function mark(
  headers: Headers,
  code: RefusalCode | 'EDGE_FUNCTION_ERROR' | undefined,
  executionId?: string,
): void {
  if (code !== undefined) for (const name of ['sb-error-code', 'x-sb-error-code']) headers.set(name, code);
  if (executionId !== undefined) headers.set('x-deno-execution-id', executionId);
}
