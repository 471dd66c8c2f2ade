import { DatabaseError, type Pool, type PoolClient } from 'pg';
import type { LoginRole } from '../database/connections.ts';
import { openPool } from '../database/pool.ts';
import type { Config } from '../settings/config.ts';
import { readInOneGo } from './reads/read-in-one-go.ts';
import type { NameStatement } from './scope-database.ts';
import { type SessionSetting, settingsStatement } from './session.ts';
import { StatementNames } from './statement-names.ts';
import { Unavailable } from './unavailable.ts';

interface Session {
  readonly settings: readonly SessionSetting[];
  /** All that the meaning of a statement's text depends on. */
  readonly scope: string;
  readonly isRead: boolean;
  /** Whether what it does is undone at its end although nothing failed. */
  readonly isTrial: boolean;
}

/** Connections of one login role, each serving one request at a time, as one transaction. */
export class RequestPool {
  readonly #pool: Pool;
  readonly #names = new StatementNames(() => performance.now());

  constructor(config: Config, role: LoginRole) {
    this.#pool = openPool(config, role, { max: config.rest.pool });
  }

  async transaction<T>(
    session: Session,
    run: (client: PoolClient, nameStatement: NameStatement) => Promise<T>,
  ): Promise<T> {
    const client = await this.#connect();
    const [opening, running] = await Promise.allSettled([
      this.#open(client, session),
      run(client, (text) => this.#names.nameOf(text, session.scope)),
    ]);
    // Without its settings no statement of a transaction has run: the first to fail makes Postgres refuse the rest.
    const failure = [opening, running].find((outcome) => outcome.status === 'rejected');
    const ending = this.#end(client, failure === undefined && !session.isTrial ? 'commit' : 'rollback');
    // What a transaction has read needs no confirmation.
    if (session.isRead || failure !== undefined) ending.catch(() => {});
    else await ending;
    if (running.status === 'fulfilled' && failure === undefined) return running.value;
    throw isLoss(failure?.reason) ? new Unavailable(failure?.reason) : failure?.reason;
  }

  /** The row of a statement that only reads; its settings go out with it and end with it. */
  async read(
    { settings, scope }: Pick<Session, 'settings' | 'scope'>,
    { text, values }: { text: string; values: readonly string[] },
  ): Promise<readonly string[]> {
    const client = await this.#connect();
    const name = this.#names.nameOf(text, scope);
    const statement = { text, values, ...(name === undefined ? {} : { name }) };
    try {
      const row = await readInOneGo(client, settingsStatement(settings), statement);
      client.release();
      return row;
    } catch (error) {
      // What Postgres has refused harms no connection unless it ends it; in any other case its state is unknown.
      client.release(!(error instanceof DatabaseError) || error.severity === 'FATAL');
      throw isLoss(error) ? new Unavailable(error) : error;
    }
  }

  #connect(): Promise<PoolClient> {
    return this.#pool.connect().catch((error: unknown) => {
      throw error instanceof DatabaseError ? error : new Unavailable(error);
    });
  }

  /** The role and the settings are on their way before any statement of the request is. */
  async #open(client: PoolClient, { settings }: Session): Promise<void> {
    const { stream } = client.connection;
    // One packet for what is written until the request waits for something.
    stream.cork();
    process.nextTick(() => stream.uncork());
    await Promise.all([client.query('begin'), client.query(settingsStatement(settings))]);
  }

  async #end(client: PoolClient, statement: 'commit' | 'rollback'): Promise<void> {
    try {
      await client.query(statement);
      client.release();
    } catch (error) {
      // A connection in an unknown state serves nobody else.
      client.release(true);
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }
}

function isLoss(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('Connection terminated');
}
