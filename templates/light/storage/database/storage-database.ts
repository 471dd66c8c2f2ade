import { openPool } from '../../database/pool.ts';
import { type Sql, type SqlPool, sqlOver } from '../../database/sql.ts';
import type { Caller } from '../../gateway/caller.ts';
import type { Config } from '../../settings/config.ts';
import type { FailureCode, Outcome } from '../failures.ts';
import { failureOf } from './database-error.ts';
import { settingsOf } from './settings.ts';

/** Few, because Postgres has few to give, and none is held while a file is on its way. */
const CONNECTIONS = 3;

export type Identity = Pick<Caller, 'role' | 'claims'>;

/** On whose behalf, and for what, a transaction is. */
export interface Scope {
  readonly identity: Identity;
  /** What `storage.operation()` tells to policies, such as `storage.object.upload`. */
  readonly operation: string;
  readonly request?: Request;
}

export const SERVICE: Identity = { role: 'service_role', claims: { role: 'service_role' } };

type Work<Value> = (sql: Sql) => Promise<Outcome<Value>>;
/** What a constraint means in a given place, by SQLSTATE. */
type Meanings = Readonly<Record<string, FailureCode>>;

class Rollback extends Error {}

/**
 * The storage tables as the caller sees them: each transaction takes the caller's role, so that row-level security
 * decides. What storage-api does as service_role (knowing a bucket's limits, serving public buckets, recording a
 * finished upload) is done by a login that can be nothing else.
 */
export class StorageDatabase {
  readonly #user: SqlPool;
  readonly #service: SqlPool;
  readonly #custom: SqlPool;

  /** `authenticator` serves roles that a project made itself: nobody else may become them. */
  constructor(config: Config) {
    const max = CONNECTIONS;
    this.#user = sqlOver(openPool(config, 'light_user', { max }));
    // Single statements of ours then need no transaction to be service_role.
    this.#service = sqlOver(openPool(config, 'light_service', { max, role: 'service_role' }));
    this.#custom = sqlOver(openPool(config, 'authenticator', { max }));
  }

  /** Keeps what was done unless it failed. */
  transaction<Value>(scope: Scope, work: Work<Value>, meanings?: Meanings): Promise<Outcome<Value>> {
    return this.#run(scope, work, (outcome) => outcome.ok, meanings);
  }

  /** Finds out whether something would be allowed, and leaves no trace of it. */
  rehearse<Value>(scope: Scope, work: Work<Value>, meanings?: Meanings): Promise<Outcome<Value>> {
    return this.#run(scope, work, () => false, meanings);
  }

  /** As service_role, one statement at a time. */
  async asService<Value>(work: Work<Value>): Promise<Outcome<Value>> {
    try {
      return await work(this.#service);
    } catch (error) {
      return failureOf(error);
    }
  }

  async close(): Promise<void> {
    const pools = [this.#user, this.#service, this.#custom];
    await Promise.all(pools.map((pool) => pool.end()));
  }

  async #run<Value>(
    scope: Scope,
    work: Work<Value>,
    keep: (outcome: Outcome<Value>) => boolean,
    meanings: Meanings = {},
  ): Promise<Outcome<Value>> {
    let outcome: Outcome<Value> | undefined;
    try {
      await this.#poolOf(scope.identity.role).begin(async (sql) => {
        // Sent at once, ahead of the work and without waiting: if the role may not be taken, the transaction has
        // failed, and nothing behind it is done.
        const applied = sql`
          select set_config(key, value, true) from jsonb_each_text(${JSON.stringify(settingsOf(scope))}::text::jsonb)
        `.execute();
        const [, done] = await Promise.all([applied, work(sql)]);
        outcome = done;
        if (!keep(done)) throw new Rollback();
      });
    } catch (error) {
      if (!(error instanceof Rollback)) return failureOf(error, meanings);
    }
    if (outcome === undefined) throw new Error('A transaction ended without an outcome.');
    return outcome;
  }

  #poolOf(role: string): SqlPool {
    if (role === 'anon' || role === 'authenticated') return this.#user;
    return role === 'service_role' ? this.#service : this.#custom;
  }
}
