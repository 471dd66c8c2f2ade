import { DatabaseError } from 'pg';
import type { Caller } from '../gateway/caller.ts';
import type { RequestScope } from './request-scope.ts';
import { Disallowed } from './allowances.ts';
import { Unavailable } from './unavailable.ts';

/**
 * PostgREST's rule from SQLSTATE to HTTP status, most specific prefix first.
 * https://docs.postgrest.org/en/stable/references/errors.html#http-status-codes
 */
const STATUSES: readonly (readonly [sqlstate: string, status: number])[] = [
  ['42883', 404],
  ['42P01', 404],
  ['42P17', 500],
  ['42501', 403],
  ['23503', 409],
  ['23505', 409],
  ['25006', 405],
  ['53400', 500],
  ['57P01', 503],
  ['P0001', 400],
  ['08', 503],
  ['09', 500],
  ['0L', 403],
  ['0P', 403],
  ['21', 400],
  ['22', 400],
  ['23', 400],
  ['25', 500],
  ['28', 403],
  ['2D', 500],
  ['38', 500],
  ['39', 500],
  ['3B', 500],
  ['40', 500],
  ['42', 400],
  ['53', 503],
  ['54', 500],
  ['55', 500],
  ['57', 500],
  ['58', 500],
  ['F0', 500],
  ['HV', 500],
  ['P0', 500],
  ['XX', 500],
];

function statusOf(sqlstate: string, isAnonymous: boolean): number {
  const status = STATUSES.find(([prefix]) => sqlstate.startsWith(prefix))?.[1] ?? 400;
  return sqlstate === '42501' && isAnonymous ? 401 : status;
}

/**
 * Words a database error as PostgREST does. lite lets an error through as it is only in the form of a function's
 * `raise sqlstate 'PGRST'`, and knows neither `raise exception` nor most of the codes above.
 */
export function postgrestError(error: unknown, context: ErrorContext): unknown {
  const worded = wordedError(error, context);
  if (worded === undefined) return error;
  return {
    code: 'PGRST',
    message: JSON.stringify(worded.body),
    detail: JSON.stringify({ status: worded.status, headers: {} }),
  };
}

/** PostgREST's answer to an error, but to those that a function has worded itself. */
export function wordedError(error: unknown, { caller, path }: ErrorContext): WordedError | undefined {
  if (error instanceof Unavailable || error instanceof Disallowed)
    return worded(error.status, { code: error.code, message: error.message });
  if (!(error instanceof DatabaseError)) return undefined;
  const { code = 'XX000', detail, hint } = error;
  if (code === 'PGRST' || /^PT\d{3}$/.test(code)) return undefined;
  // PostgREST names the table of every column in its statements, so that Postgres does in its errors.
  const message = error.message.replace(
    /^column "([^"]+)" does not exist$/,
    (_, column: string) => `column ${path.slice(1)}.${column} does not exist`,
  );
  return worded(statusOf(code, caller.role === 'anon'), { code, message, detail, hint });
}

function worded(status: number, { code, message, detail = null, hint = null }: Words): WordedError {
  return { status, body: { code, message, details: detail, hint } };
}

export interface WordedError {
  readonly status: number;
  readonly body: {
    readonly code: string;
    readonly message: string;
    readonly details: string | null;
    readonly hint: string | null;
  };
}

type Words = {
  code: string;
  message: string;
  detail?: string | null | undefined;
  hint?: string | null | undefined;
};

type ErrorContext = Pick<RequestScope, 'path'> & { readonly caller: Pick<Caller, 'role'> };
