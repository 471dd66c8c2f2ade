import type { PostgresConnection } from '@supabase/lite/postgres';
import {
  type CompiledQuery,
  type DatabaseConnection,
  Kysely,
  PostgresAdapter,
  PostgresDriver,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
} from 'kysely';
import type { Database } from '../database/connections.ts';
import { parseExactly } from './exact-json.ts';
import { WireValue } from './wire-value.ts';

type Sql = PostgresConnection['driver'];
type Reserved = Awaited<ReturnType<Sql['reserve']>>;

const COLUMN = '__row';
const CHANGES = new Set(['INSERT', 'UPDATE', 'DELETE', 'MERGE']);

/**
 * The same pool, whose rows Postgres itself turns into JSON, as it does for PostgREST. Otherwise each type would come
 * in the driver's form: times with a blank instead of a T, byte strings as lists of numbers, NULL in an array as a
 * word, and 64-bit numbers rounded.
 */
export function withJsonRows(sql: Sql): Database {
  return new Kysely({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => new JsonRowsDriver(sql),
      createIntrospector: (db) => new PostgresIntrospector(db),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
  });
}

class JsonRowsDriver extends PostgresDriver {
  readonly #sql: Sql;
  readonly #reserved = new WeakMap<DatabaseConnection, Reserved>();

  constructor(sql: Sql) {
    // The pool is postgres.js's; nothing of Kysely's own is used but the statements that begin and end transactions.
    super({ pool: { connect: () => Promise.reject(new Error('unused')), end: async () => {} } });
    this.#sql = sql;
  }

  override async init(): Promise<void> {}

  override async acquireConnection(): Promise<DatabaseConnection> {
    const reserved = await this.#sql.reserve();
    const connection = new JsonRowsConnection(reserved);
    this.#reserved.set(connection, reserved);
    return connection;
  }

  override async releaseConnection(connection: DatabaseConnection): Promise<void> {
    this.#reserved.get(connection)?.release();
  }
}

class JsonRowsConnection implements DatabaseConnection {
  readonly #reserved: Reserved;

  constructor(reserved: Reserved) {
    this.#reserved = reserved;
  }

  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    const wrapped = wrap(query);
    const parameters = query.parameters.map((value) =>
      value instanceof WireValue ? value.toString() : value,
    );
    if (wrapped !== undefined) {
      const encoded = await this.#reserved.unsafe<Record<typeof COLUMN, string>[]>(wrapped, parameters);
      const rows: Row[] = [];
      for (const row of encoded) rows.push(parseExactly(row[COLUMN]));
      return { rows };
    }
    const result = await this.#reserved.unsafe<(Row & object)[]>(query.sql, parameters);
    const rows = [...result];
    return CHANGES.has(result.command) ? { rows, numAffectedRows: BigInt(result.count) } : { rows };
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
