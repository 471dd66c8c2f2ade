import { randomUUID } from 'node:crypto';
import { characters } from '../../core/kernel/characters.ts';
import type { Json } from '../../core/kernel/json.ts';
import { type Result, err, ok } from '../../core/kernel/result.ts';
import type { Query, QueryError } from '../../core/project/databases.port.ts';
import type { DataApi } from './data-api.ts';
import type { Row } from './data-api-values.ts';
import { SqlError } from './sql-error.ts';
import { literalOf } from '../../core/database/sql-literal.ts';
import { boundaryOf } from './transaction-words.ts';

type StatementsOf = (sql: string) => readonly string[];

/** Runs a person's SQL: several statements are one transaction, unless they say otherwise. */
export async function runQuery(
  api: DataApi,
  query: Query,
  statementsOf: StatementsOf,
): Promise<Result<readonly Row[], QueryError>> {
  try {
    return ok(await answerTo(api, query, statementsOf));
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    const { sqlstate, message, position } = error;
    return err({
      code: 'query_failed',
      sqlstate,
      message,
      ...(position === undefined ? {} : { position }),
    });
  }
}

interface Part {
  readonly text: string;
  /** How many characters of what was asked stand before it; undefined where it is not of that text. */
  readonly before?: number;
}

async function answerTo(api: DataApi, query: Query, statementsOf: StatementsOf): Promise<readonly Row[]> {
  const { sql, parameters = [], readOnly } = query;
  const parts = parameters.length === 0 ? partsOf(sql, statementsOf(sql)) : prepared(sql, parameters);
  const [only] = parts;
  if (only === undefined) return [];
  // By itself, for some statements refuse to run in a transaction.
  if (parts.length === 1 && !readOnly && boundaryOf(only.text) === undefined)
    return located(only, api.run({ sql: only.text }));
  const session = new Session(api, readOnly);
  try {
    let rows: readonly Row[] = [];
    for (const part of parts) {
      const answer = await located(part, session.run(part.text));
      if (answer.length > 0) rows = answer;
    }
    await session.end('commit');
    return rows;
  } catch (error) {
    // The reason to roll back says more than whatever may go wrong with that.
    await Promise.allSettled([session.end('rollback')]);
    throw error;
  }
}

function partsOf(sql: string, statements: readonly string[]): readonly Part[] {
  let at = 0;
  return statements.map((text) => {
    const start = sql.indexOf(text, at);
    at = start + text.length;
    return { text, before: characters(sql.slice(0, start)) };
  });
}

/** A failure of the part, as one of the whole text. */
async function located<T>({ before }: Part, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof SqlError) || error.position === undefined) throw error;
    const position = before === undefined ? undefined : error.position + before;
    throw new SqlError(error.sqlstate, error.message, error, position);
  }
}

/**
 * The Data API would send parameters as values of a type that it guesses. A statement that is prepared gets its
 * types from Postgres. Its name is new each time: it outlives the transaction if that fails, in a connection of
 * Amazon's that serves others of this user.
 */
function prepared(sql: string, parameters: readonly Json[]): readonly Part[] {
  const name = `baseplane_${randomUUID().replaceAll('-', '')}`;
  const prefix = `prepare ${name} as `;
  return [
    { text: `${prefix}${sql}`, before: -prefix.length },
    { text: `execute ${name} (${parameters.map(literalOf).join(', ')})` },
    { text: `deallocate ${name}` },
  ];
}

const READ_ONLY_TRANSACTION = '25006';

/**
 * A person's statements in a transaction of the Data API, which therefore never sees one that begins or ends it.
 * A read-only one cannot be made writable: Postgres allows that only before the first query, and that has been.
 */
class Session {
  readonly #api: DataApi;
  readonly #readOnly: boolean;
  #transaction: string | undefined;

  constructor(api: DataApi, readOnly: boolean) {
    this.#api = api;
    this.#readOnly = readOnly;
  }

  async run(statement: string): Promise<readonly Row[]> {
    const boundary = boundaryOf(statement);
    switch (boundary?.kind) {
      case 'begin':
        await this.#begin();
        if (!this.#readOnly && boundary.modes !== '') await this.#run(`set transaction ${boundary.modes}`);
        return [];
      case 'commit':
      case 'rollback':
        await this.end(boundary.kind);
        return [];
      case 'prepare':
        throw new SqlError(READ_ONLY_TRANSACTION, 'a transaction cannot be prepared here');
      case undefined:
        await this.#begin();
        return this.#run(statement);
    }
  }

  async end(how: 'commit' | 'rollback'): Promise<void> {
    const transaction = this.#transaction;
    if (transaction === undefined) return;
    this.#transaction = undefined;
    await (how === 'commit' ? this.#api.commit(transaction) : this.#api.rollBack(transaction));
  }

  async #begin(): Promise<void> {
    if (this.#transaction !== undefined) return;
    this.#transaction = await this.#api.begin();
    if (!this.#readOnly) return;
    await this.#run('set transaction read only');
    await this.#run('select 1');
  }

  #run(sql: string): Promise<readonly Row[]> {
    return this.#api.run({ sql, transaction: this.#transaction });
  }
}
