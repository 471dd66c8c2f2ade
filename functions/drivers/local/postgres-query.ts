import { DatabaseError, Query as PgQuery, type QueryConfig } from 'pg';
import type { Json } from '../../core/kernel/json.ts';
import { characters } from '../../core/kernel/characters.ts';
import { err, ok, type Result } from '../../core/kernel/result.ts';
import type { Query, QueryError } from '../../core/project/databases.port.ts';
import { withConnection, type Connection, type Login } from './postgres-client.ts';
import { JSON_TYPES, rowToJson } from './postgres-json.ts';

type Rows = readonly Record<string, Json>[];

/** A statement may switch the server's own limit off; then the connection is cut a little later. */
const STATEMENT_TIMEOUT_MS = 60_000;
const CUT_AFTER_MS = STATEMENT_TIMEOUT_MS + 5000;
/** The answer is held in memory by a process that serves everybody. */
const MAX_ANSWER_BYTES = 16 * 1024 * 1024;

/** What ends the transaction that keeps a read-only query read-only; also savepoints, which Postgres tags the same. */
const ENDS_TRANSACTION = new Set(['COMMIT', 'ROLLBACK', 'PREPARE TRANSACTION']);

/** Postgres says this of a transaction that was read-only when something was to be written. */
const READ_ONLY_TRANSACTION = '25006';
const QUERY_CANCELED = '57014';
const PROGRAM_LIMIT_EXCEEDED = '54000';

/** Runs the text as sent: several statements are one transaction, unless they say otherwise. */
export function runQuery(login: Login, query: Query): Promise<Result<Rows, QueryError>> {
  return run(login, async (connection) => {
    const { sql, parameters } = query;
    return answerTo(
      connection,
      parameters === undefined ? { text: sql } : { text: sql, values: [...parameters] },
    );
  });
}

/**
 * Runs the text so that nothing in it can write. The role may not write tables; but a function that runs with its
 * owner's rights could, so the transaction is read-only as well. A transaction can be made writable only before its
 * first query, and that has been; each statement is sent by itself in the extended protocol, which takes no second
 * one; and when one has ended the transaction nothing more is run.
 */
export function runReadOnly(
  login: Login,
  query: Query,
  statementsOf: (sql: string) => readonly string[],
): Promise<Result<Rows, QueryError>> {
  return run(login, async (connection) => {
    const { client } = connection;
    const { sql, parameters } = query;
    await client.query('begin read only; select');
    let answer: Answer = { rows: [], command: '' };
    let at = 0;
    for (const text of parameters === undefined ? statementsOf(sql) : [sql]) {
      if (ENDS_TRANSACTION.has(answer.command) || client.getTransactionStatus() !== 'T') {
        throw new Refusal(
          READ_ONLY_TRANSACTION,
          'a read-only query cannot go on after it has ended its transaction',
        );
      }
      at = sql.indexOf(text, at);
      const before = characters(sql.slice(0, at));
      const next = await answerTo(connection, {
        text,
        values: [...(parameters ?? [])],
        queryMode: 'extended',
      }).catch((error: unknown) => {
        throw error instanceof DatabaseError ? new StatementFailure(error, before) : error;
      });
      at += text.length;
      answer = { rows: next.rows.length > 0 ? next.rows : answer.rows, command: next.command };
    }
    return answer;
  });
}

interface Text extends QueryConfig<unknown[]> {
  /** One statement, parsed and run by itself, even where there are no parameters. */
  readonly queryMode?: 'extended';
}

interface Answer {
  readonly rows: Rows;
  readonly command: string;
}

/** A limit of ours, told as if Postgres had. */
class Refusal extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** What Postgres said of one of several statements, which it counts positions in. */
class StatementFailure extends Error {
  readonly said: DatabaseError;
  readonly before: number;

  constructor(said: DatabaseError, before: number) {
    super(said.message, { cause: said });
    this.said = said;
    this.before = before;
  }
}

function queryErrorOf(
  { code = 'XX000', message, detail, hint, position }: DatabaseError,
  before: number,
): QueryError {
  const more = [detail && `DETAIL: ${detail}`, hint && `HINT: ${hint}`].filter((line) => line !== undefined);
  return {
    code: 'query_failed',
    sqlstate: code,
    message: [message, ...more].join('\n'),
    ...(position === undefined ? {} : { position: Number(position) + before }),
  };
}

async function run(
  login: Login,
  work: (connection: Connection) => Promise<Answer>,
): Promise<Result<Rows, QueryError>> {
  const limits = { types: JSON_TYPES, options: `-c statement_timeout=${STATEMENT_TIMEOUT_MS}` };
  try {
    return ok((await withConnection(login, work, limits)).rows);
  } catch (error) {
    if (error instanceof Refusal)
      return err({ code: 'query_failed', sqlstate: error.code, message: error.message });
    if (error instanceof StatementFailure) return err(queryErrorOf(error.said, error.before));
    if (error instanceof DatabaseError) return err(queryErrorOf(error, 0));
    throw error;
  }
}

function answerTo({ client, socket }: Connection, config: Text): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const query = new PgQuery(config);
  const begun = socket.bytesRead;
  let rows: Record<string, Json>[] = [];
  let of: object | undefined;
  const give = (error: Error) => {
    reject(error);
    socket.destroy();
  };
  const cut = () => give(new Refusal(QUERY_CANCELED, `the query took longer than ${CUT_AFTER_MS / 1000} s`));
  const timer = setTimeout(cut, CUT_AFTER_MS);
  query.on('row', (row: object, result) => {
    if (result !== of) rows = [];
    of = result;
    rows.push(rowToJson(row));
    if (socket.bytesRead - begun <= MAX_ANSWER_BYTES) return;
    give(
      new Refusal(
        PROGRAM_LIMIT_EXCEEDED,
        `the answer is larger than ${MAX_ANSWER_BYTES / 1024 / 1024} MB; add a limit`,
      ),
    );
  });
  query.on('error', reject);
  query.on('end', (result) => resolve({ rows, command: commandOf(result) }));
  client.query(query);
  return promise.finally(() => clearTimeout(timer));
}

function commandOf(result: unknown): string {
  return typeof result === 'object' &&
    result !== null &&
    'command' in result &&
    typeof result.command === 'string'
    ? result.command
    : '';
}
