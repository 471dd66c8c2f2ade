import type { CompiledQuery, DatabaseConnection, QueryResult } from 'kysely';
import type { PoolClient } from 'pg';
import { parseExactly } from './exact-json.ts';
import type { Form, FormedRow } from './forms.ts';

const COLUMN = '__row';
const FORMED = '__formed';
const CHANGES = new Set(['INSERT', 'UPDATE', 'DELETE', 'MERGE']);

export interface RowReading {
  /** A name to prepare a statement under, if it is worth that. */
  readonly nameStatement: (text: string) => string | undefined;
  /** A form in which the rows are wanted, too. */
  readonly form: Form | undefined;
  /** Called with the rows of each statement that has some, in that form. */
  readonly onFormed: (query: CompiledQuery, rows: readonly FormedRow[]) => void;
}

/**
 * A connection whose rows Postgres itself turns into JSON, as it does for PostgREST. Otherwise each type would come
 * in the driver's form: times with a blank instead of a T, byte strings as lists of numbers, and 64-bit numbers
 * rounded.
 */
export class JsonRowsConnection implements DatabaseConnection {
  readonly #client: PoolClient;
  readonly #reading: RowReading;

  constructor(client: PoolClient, reading: RowReading) {
    this.#client = client;
    this.#reading = reading;
  }

  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    const { form } = this.#reading;
    const text = wrap(query, form);
    if (text !== undefined) return { rows: await this.#readRows(query, text) };
    const { rows, command, rowCount } = await this.#client.query<Row & object>(query.sql, [
      ...query.parameters,
    ]);
    return CHANGES.has(command) ? { rows, numAffectedRows: BigInt(rowCount ?? 0) } : { rows };
  }

  async #readRows<Row>(query: CompiledQuery, text: string): Promise<Row[]> {
    const { nameStatement, form, onFormed } = this.#reading;
    const name = nameStatement(text);
    const encoded = await this.#client.query<{ [COLUMN]: string; [FORMED]?: string }>({
      text,
      values: [...query.parameters],
      ...(name === undefined ? {} : { name }),
    });
    const rows: (Row & object)[] = [];
    for (const row of encoded.rows) rows.push(parseExactly(row[COLUMN]));
    if (form !== undefined)
      onFormed(
        query,
        encoded.rows.map((row, index) => ({
          columns: Object.keys(rows[index] ?? {}),
          text: row[FORMED] ?? '',
        })),
      );
    return rows;
  }

  streamQuery<Row>(): AsyncIterableIterator<QueryResult<Row>> {
    throw new Error('Rows are not streamed.');
  }
}

function wrap({ sql, query }: CompiledQuery, form: Form | undefined): string | undefined {
  const formed = form === undefined ? '' : `, ${form.rowText} as "${FORMED}"`;
  const encoded = `select row_to_json(_)::text as "${COLUMN}"${formed} from`;
  if (query.kind === 'SelectQueryNode') return `${encoded} (${sql}) as _`;
  return 'returning' in query && query.returning !== undefined
    ? `with _ as (${sql}) ${encoded} _`
    : undefined;
}
