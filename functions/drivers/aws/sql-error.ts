import { TransientError } from '../../core/kernel/errors.ts';

/** Postgres's own refusal of a statement. */
export class SqlError extends Error {
  override readonly name = 'SqlError';
  readonly sqlstate: string;
  /** Where in the statement, from 1. */
  readonly position: number | undefined;

  constructor(sqlstate: string, message: string, cause?: unknown, position?: number) {
    super(message, { cause });
    this.sqlstate = sqlstate;
    this.position = position;
  }
}

export function isSql(error: unknown, ...states: readonly string[]): error is SqlError {
  return error instanceof SqlError && states.includes(error.sqlstate);
}

export const INVALID_PASSWORD = '28P01';
const PROGRAM_LIMIT_EXCEEDED = '54000';
const QUERY_CANCELED = '57014';
const FEATURE_NOT_SUPPORTED = '0A000';

/** The names of the errors in which the Data API passes on what Postgres said. */
const PASSED_ON: ReadonlySet<string> = new Set(['BadRequestException', 'DatabaseErrorException']);

/** Connections refused or lost, and a server that is starting or ending: another one may be had later. */
const NO_CONNECTION = /^(08|53300|57P0[123])/;

/** What the Data API's error says of the statement; undefined if it is not about the statement. */
export function sqlErrorOf(error: unknown): SqlError | TransientError | undefined {
  if (!(error instanceof Error)) return undefined;
  if (/response size limit|size was too large/i.test(error.message)) {
    return new SqlError(PROGRAM_LIMIT_EXCEEDED, 'the answer is larger than 1 MB; add a limit', error);
  }
  if (error.name === 'UnsupportedResultException') {
    return new SqlError(
      FEATURE_NOT_SUPPORTED,
      'a column has a type that cannot be sent; cast it to text',
      error,
    );
  }
  if (error.name === 'StatementTimeoutException') {
    return new SqlError(QUERY_CANCELED, 'the query took longer than 45 s', error);
  }
  // A cluster that is stopped, or whose only instance is not there yet.
  if (error.name === 'InvalidResourceStateException' || error.name === 'DatabaseNotFoundException') {
    return new TransientError('The database is not running.', { cause: error });
  }
  const sqlstate = PASSED_ON.has(error.name) ? /SQLState: ([0-9A-Z]{5})/.exec(error.message)?.[1] : undefined;
  if (sqlstate === undefined) return undefined;
  const fatal = error.message.startsWith('FATAL: ') && sqlstate !== INVALID_PASSWORD;
  if (fatal || NO_CONNECTION.test(sqlstate)) {
    return new TransientError('The database does not take connections now.', { cause: error });
  }
  const position = /Position: (\d+)/.exec(error.message)?.[1];
  return new SqlError(
    sqlstate,
    plain(error.message),
    error,
    position === undefined ? undefined : Number(position),
  );
}

/** Without what the Data API puts around it, and its lines as Postgres's own clients name them. */
function plain(message: string): string {
  return message
    .replace(/;? *SQLState: [0-9A-Z]{5}$/, '')
    .replace(/;? *Position: \d+$/m, '')
    .replace(/\n *Where: [\s\S]*$/, '')
    .replace(/^(ERROR|FATAL): /, '')
    .replaceAll(/\n *(Detail|Hint): /g, (_, word: string) => `\n${word.toUpperCase()}: `);
}
