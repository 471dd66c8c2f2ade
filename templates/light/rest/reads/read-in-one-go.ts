import { type Connection, type PoolClient, Query, type QueryArrayConfig } from 'pg';

interface Statement {
  readonly name?: string;
  readonly text: string;
  readonly values: readonly string[];
}

const prepared = new WeakMap<PoolClient, Set<string>>();

/**
 * The row that a statement answers with, after another has set up the session: both in one message, which Postgres
 * takes for one transaction. Without BEGIN and COMMIT each side has half as much to do.
 */
export function readInOneGo(
  client: PoolClient,
  settings: Required<Statement>,
  statement: Statement,
): Promise<readonly string[]> {
  prepare(client, settings);
  return new Promise((resolve, reject) => {
    client.query(
      new ReadAfter(settings, statement, (error, row) =>
        error === undefined ? resolve(row) : reject(error),
      ),
    );
  });
}

/** Once a connection. What it sets ends with it; a failure will be that of whatever relies on it, too. */
function prepare(client: PoolClient, { name, text, values }: Required<Statement>): void {
  const names = prepared.get(client) ?? new Set();
  prepared.set(client, names);
  if (names.has(name)) return;
  names.add(name);
  client.query({ name, text, values: [...values] }).catch(() => undefined);
}

/** pg sends a query as one message up to its end; this one begins that message with a statement that is prepared. */
class ReadAfter extends Query<string[], string[]> {
  constructor(
    settings: Required<Statement>,
    { name, text, values }: Statement,
    done: (error: Error | undefined, row: readonly string[]) => void,
  ) {
    const config: QueryArrayConfig<string[]> = {
      text,
      values: [...values],
      rowMode: 'array',
      ...(name === undefined ? {} : { name }),
    };
    // There is a result for each of the two; the rows are the second's.
    super(config, (error, result) => done(error ?? undefined, [result].flat().at(-1)?.rows.at(0) ?? []));
    const submitRead = this.submit.bind(this);
    this.submit = (connection: Connection) => {
      const { stream } = connection;
      stream.cork();
      connection.bind({ statement: settings.name, values: [...settings.values] }, true);
      connection.execute({}, true);
      const refused = submitRead(connection);
      stream.uncork();
      return refused;
    };
  }
}
