import { DatabaseError, Pool, type PoolClient } from 'pg';
import type { LoginRole } from '../database/connections.ts';
import type { Config } from '../settings/config.ts';
import { readInOneGo } from './reads/read-in-one-go.ts';
import type { NameStatement } from './scope-database.ts';
import { type SessionSetting, settingsStatement } from './session.ts';
import { PREPARED_FOR_MS, StatementNames } from './statement-names.ts';
import { Unavailable } from './unavailable.ts';

/** How long a request waits for a connection: PostgREST's db-pool-acquisition-timeout. */
const ACQUISITION_TIMEOUT_MS = 10_000;

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
    const { host, port, database, password, roleSuffix } = config.postgres;
    this.#pool = new Pool({
      host,
      port,
      database,
      password,
      user: `${role}${roleSuffix}`,
      application_name: `light ${role}`,
      max: config.rest.pool,
      idleTimeoutMillis: 30_000,
      connectionTimeoutMillis: ACQUISITION_TIMEOUT_MS,
      maxLifetimeSeconds: PREPARED_FOR_MS / 1000,
      // Statements go out without waiting for the answers to those before them.
      pipeline: true,
    });
    // Whoever uses a connection that is lost learns it from the answer to the query; idle ones are just replaced.
    const ignoreLoss = () => {};
    this.#pool.on('error', ignoreLoss);
    this.#pool.on('connect', (client) => client.on('error', ignoreLoss));
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
      // What Postgres has refused harms no connection; in any other case it is in an unknown state.
      client.release(!(error instanceof DatabaseError));
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
