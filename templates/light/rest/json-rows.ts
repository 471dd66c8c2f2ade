import {
  type CompiledQuery,
  type DatabaseConnection,
  type Driver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
} from 'kysely';
import type { PoolClient } from 'pg';
import type { Database } from '../database/connections.ts';
import { parseExactly } from './exact-json.ts';

const COLUMN = '__row';
const CHANGES = new Set(['INSERT', 'UPDATE', 'DELETE', 'MERGE']);

/** A name to prepare a statement under, if it is worth that. */
export type NameStatement = (text: string) => string | undefined;

/**
 * One connection, whose rows Postgres itself turns into JSON, as it does for PostgREST. Otherwise each type would come
 * in the driver's form: times with a blank instead of a T, byte strings as lists of numbers, and 64-bit numbers
 * rounded.
 */
export function withJsonRows(client: PoolClient, nameStatement: NameStatement): Database {
  const connection = new JsonRowsConnection(client, nameStatement);
  return new Kysely({ dialect: { ...POSTGRES, createDriver: () => driverOf(connection) } });
}

const POSTGRES = {
  createAdapter: () => new PostgresAdapter(),
  createIntrospector: (db: Kysely<unknown>) => new PostgresIntrospector(db),
  createQueryCompiler: () => new PostgresQueryCompiler(),
};

/** The transaction that the connection is in began before and ends after all that is asked of this. */
function driverOf(connection: DatabaseConnection): Driver {
  const never = () => Promise.reject(new Error('Transactions do not nest.'));
  return {
    init: async () => {},
    acquireConnection: async () => connection,
    releaseConnection: async () => {},
    beginTransaction: never,
    commitTransaction: never,
    rollbackTransaction: never,
    destroy: async () => {},
  };
}

class JsonRowsConnection implements DatabaseConnection {
  readonly #client: PoolClient;
  readonly #nameStatement: NameStatement;

  constructor(client: PoolClient, nameStatement: NameStatement) {
    this.#client = client;
    this.#nameStatement = nameStatement;
  }

  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    const wrapped = wrap(query);
    const values = [...query.parameters];
    if (wrapped !== undefined) {
      const name = this.#nameStatement(wrapped);
      const encoded = await this.#client.query<Record<typeof COLUMN, string>>({
        text: wrapped,
        values,
        ...(name === undefined ? {} : { name }),
      });
      const rows: Row[] = [];
      for (const row of encoded.rows) rows.push(parseExactly(row[COLUMN]));
      return { rows };
    }
    const { rows, command, rowCount } = await this.#client.query<Row & object>(query.sql, values);
    return CHANGES.has(command) ? { rows, numAffectedRows: BigInt(rowCount ?? 0) } : { rows };
  }

  streamQuery<Row>(): AsyncIterableIterator<QueryResult<Row>> {
    throw new Error('Rows are not streamed.');
  }
}

function wrap({ sql, query }: CompiledQuery): string | undefined {
  const encoded = `select row_to_json(_)::text as "${COLUMN}" from`;
  if (query.kind === 'SelectQueryNode') return `${encoded} (${sql}) as _`;
  return 'returning' in query && query.returning !== undefined
    ? `with _ as (${sql}) ${encoded} _`
    : undefined;
}
