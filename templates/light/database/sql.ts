import { DatabaseError, type Pool, type PoolClient } from 'pg';

/** Rows, and how many a statement has read or changed. */
type Found<Row> = Row[] & { readonly count: number };
type Fields = Readonly<Record<string, unknown>>;
type Bind = (value: unknown) => string;
type Row = Record<string, unknown>;

/** Part of a statement's text, which may depend on what stands before it. */
class Piece {
  readonly write: (before: string, bind: Bind) => string;

  constructor(write: (before: string, bind: Bind) => string) {
    this.write = write;
  }
}

type Run = <R extends object>(text: string, values: unknown[]) => Promise<Found<R>>;

/** A statement that is sent when somebody awaits it; as a value of another it becomes part of that. */
class Statement<R extends object> extends Piece implements PromiseLike<Found<R>> {
  readonly #run: Run;
  #sent: Promise<Found<R>> | undefined;

  constructor(run: Run, parts: readonly string[], values: readonly unknown[]) {
    super((_before, bind) =>
      parts.reduce((text, part, at) => {
        const value = values[at - 1];
        return text + (value instanceof Piece ? value.write(text, bind) : bind(value)) + part;
      }),
    );
    this.#run = run;
  }

  execute(): Promise<Found<R>> {
    const values: unknown[] = [];
    this.#sent ??= this.#run<R>(
      this.write('', (value) => `$${values.push(value)}`),
      values,
    );
    return this.#sent;
  }

  // oxlint-disable-next-line unicorn/no-thenable -- to be awaited is what it is for
  then<Kept, Lost>(
    kept?: ((found: Found<R>) => Kept | PromiseLike<Kept>) | null,
    lost?: ((reason: unknown) => Lost | PromiseLike<Lost>) | null,
  ): Promise<Kept | Lost> {
    return this.execute().then(kept, lost);
  }
}

/**
 * Writes statements: sql`select ${value}` with values as parameters, other statements as parts, and by sql(…) the name
 * of a column, a list for IN, or columns with their values after INSERT INTO or SET.
 */
export interface Sql {
  <Rows extends object[] = Row[]>(
    parts: TemplateStringsArray,
    ...values: readonly unknown[]
  ): Statement<Rows[number]>;
  (named: string | readonly unknown[] | Fields): Piece;
}

/** Statements of a pool, each on a connection of its own, and transactions. */
export interface SqlPool extends Sql {
  /** Commits unless the work fails, or a statement of it has. */
  begin<Value>(work: (sql: Sql) => Promise<Value>): Promise<Value>;
  end(): Promise<void>;
}

export function sqlOver(pool: Pool): SqlPool {
  const begin = <Value>(work: (sql: Sql) => Promise<Value>) => transaction(pool, work);
  return Object.assign(sqlBy(runOn(pool)), { begin, end: () => pool.end() });
}

/** About 10 kB each in every backend. */
const MOST_PREPARED = 100;
const names = new Map<string, string>();

/** Nearly all texts come from the source and come again; the first of them are prepared. */
function nameOf(text: string): string | undefined {
  if (names.size < MOST_PREPARED && !names.has(text)) names.set(text, `sql${names.size}`);
  return names.get(text);
}

function runOn(connection: Pick<Pool | PoolClient, 'query'>): Run {
  return async <R extends object>(text: string, values: unknown[]) => {
    const name = nameOf(text);
    const query = name === undefined ? { text, values } : { text, values, name };
    const { rows, rowCount } = await connection.query<R>(query);
    return Object.assign(rows, { count: rowCount ?? 0 });
  };
}

/** Statements that are sent in a way of their own. */
export function sqlBy(run: Run): Sql {
  function sql<Rows extends object[] = Row[]>(
    parts: TemplateStringsArray,
    ...values: readonly unknown[]
  ): Statement<Rows[number]>;
  function sql(named: string | readonly unknown[] | Fields): Piece;
  function sql(first: TemplateStringsArray | string | readonly unknown[] | Fields, ...values: unknown[]) {
    return isTemplate(first) ? new Statement(run, first, values) : named(first);
  }
  return sql;
}

/**
 * pg answers each statement of a connection that is lost, those that come later among them. Once the work has ended,
 * or part of it has failed, nothing that is left of it is sent: it would be on its own.
 */
async function transaction<Value>(pool: Pool, work: (sql: Sql) => Promise<Value>): Promise<Value> {
  const client = await pool.connect();
  const run = runOn(client);
  let isOver = false;
  const sql = sqlBy(<R extends object>(text: string, values: unknown[]) =>
    isOver ? Promise.reject(new Error('The transaction is over.')) : run<R>(text, values),
  );
  try {
    const [, value] = await Promise.all([client.query('begin'), work(sql)]);
    isOver = true;
    const { command } = await client.query('commit');
    if (command !== 'COMMIT') throw new Error('The transaction had failed before it was to be committed.');
    client.release();
    return value;
  } catch (error) {
    isOver = true;
    await client.query('rollback').then(
      () => client.release(isOutdated(error)),
      () => client.release(true),
    );
    throw error;
  }
}

/** A statement that was prepared before its tables changed; a new connection prepares it anew. */
function isOutdated(error: unknown): boolean {
  return isDatabaseError(error) && error.routine === 'RevalidateCachedQuery';
}

function isTemplate(first: unknown): first is TemplateStringsArray {
  return Array.isArray(first) && 'raw' in first;
}

function named(given: string | readonly unknown[] | Fields): Piece {
  return new Piece((before, bind) => {
    if (typeof given === 'string') return quoted(given);
    if (isList(given)) return `(${given.map(bind).join(', ')})`;
    const fields = Object.entries(given);
    if (/\bset\s*$/i.test(before))
      return fields.map(([name, value]) => `${quoted(name)} = ${bind(value)}`).join(', ');
    const columns = fields.map(([name]) => quoted(name)).join(', ');
    return `(${columns}) values (${fields.map(([, value]) => bind(value)).join(', ')})`;
  });
}

function isList(given: readonly unknown[] | Fields): given is readonly unknown[] {
  return Array.isArray(given);
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** What Postgres itself has refused, and not a connection that was lost. */
export function isDatabaseError(error: unknown): error is DatabaseError & { code: string } {
  return error instanceof DatabaseError && typeof error.code === 'string';
}
