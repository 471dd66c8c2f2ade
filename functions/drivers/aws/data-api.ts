import {
  BeginTransactionCommand,
  CommitTransactionCommand,
  ExecuteStatementCommand,
  type RDSDataClient,
  RollbackTransactionCommand,
} from '@aws-sdk/client-rds-data';
import { type Row, rowsOf } from './data-api-values.ts';
import { sqlErrorOf } from './sql-error.ts';

/** As whom and where: the secret has the user's name and password. */
export interface DataApiLogin {
  readonly clusterArn: string;
  readonly secretArn: string;
  readonly database: string;
}

export interface Statement {
  readonly sql: string;
  /** Each stands in the SQL as `:name` and is text. */
  readonly parameters?: Readonly<Record<string, string>>;
  readonly transaction?: string | undefined;
  /** Something that must not be cut off half-way. */
  readonly unlimited?: boolean;
}

/** SQL over HTTP: one statement at a time, and no connection that would keep a cluster awake. */
export class DataApi {
  readonly #client: RDSDataClient;
  readonly #login: { readonly resourceArn: string; readonly secretArn: string };
  readonly #database: string;

  constructor(client: RDSDataClient, { clusterArn, secretArn, database }: DataApiLogin) {
    this.#client = client;
    this.#login = { resourceArn: clusterArn, secretArn };
    this.#database = database;
  }

  /** @throws {SqlError | TransientError} */
  async run({ sql, parameters = {}, transaction, unlimited = false }: Statement): Promise<readonly Row[]> {
    const { columnMetadata, records } = await passingOn(
      this.#client.send(
        new ExecuteStatementCommand({
          ...this.#login,
          database: this.#database,
          sql,
          parameters: Object.entries(parameters).map(([name, stringValue]) => ({
            name,
            value: { stringValue },
          })),
          transactionId: transaction,
          includeResultMetadata: true,
          continueAfterTimeout: unlimited,
          resultSetOptions: { longReturnType: 'STRING', decimalReturnType: 'STRING' },
        }),
      ),
    );
    return rowsOf(columnMetadata, records);
  }

  async begin(): Promise<string> {
    const command = new BeginTransactionCommand({ ...this.#login, database: this.#database });
    const { transactionId = '' } = await passingOn(this.#client.send(command));
    return transactionId;
  }

  async commit(transactionId: string): Promise<void> {
    await passingOn(this.#client.send(new CommitTransactionCommand({ ...this.#login, transactionId })));
  }

  async rollBack(transactionId: string): Promise<void> {
    await passingOn(this.#client.send(new RollbackTransactionCommand({ ...this.#login, transactionId })));
  }
}

async function passingOn<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw sqlErrorOf(error) ?? error;
  }
}
