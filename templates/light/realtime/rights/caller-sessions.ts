import { DatabaseError, type Pool } from 'pg';
import type { LoginRole } from '../../database/connections.ts';
import { openPool } from '../../database/pool.ts';
import type { Config } from '../../settings/config.ts';
import type { Claims } from '../ports.ts';

/** Who may become which role; roles that a project made itself belong to authenticator. */
const LOGINS: Readonly<Record<string, LoginRole>> = {
  anon: 'light_user',
  authenticated: 'light_user',
  service_role: 'light_service',
};

const CONNECTIONS: Readonly<Partial<Record<LoginRole, number>>> = { light_user: 3 };

/** A policy that is slow must not hold up the others for longer. */
const STATEMENT_TIMEOUT = '3s';

export interface Statement {
  readonly text: string;
  readonly values?: readonly unknown[];
}

type Rows = readonly Record<string, unknown>[];

/** Whose rights decide; the same for all who have the same claims. */
export interface Caller {
  readonly role: string;
  /** Of the token, as JSON. */
  readonly claims: string;
  /** The same for the same. */
  readonly key: string;
}

export function callerOf({ role, ...rest }: Claims): Caller {
  const claims = JSON.stringify({ role, ...rest });
  return { role, claims, key: claims };
}

/** Connections on which queries run as a caller with their claims, each in a transaction of its own. */
export class CallerSessions {
  readonly #config: Config;
  readonly #pools = new Map<LoginRole, Pool>();

  constructor(config: Config) {
    this.#config = config;
  }

  async read(caller: Caller, statement: Statement): Promise<Rows> {
    const [outcome] = await this.#inTransaction(caller, {
      begin: 'begin read only',
      statements: [statement],
      end: 'commit',
    });
    if (outcome?.status === 'fulfilled') return outcome.value;
    throw outcome?.reason;
  }

  /** Tries statements whose effects are undone; those of `before` run before the caller is put in the place of the login role. */
  attempt(
    caller: Caller,
    {
      before,
      statements,
      topic,
    }: { readonly before: Statement; readonly statements: readonly Statement[]; readonly topic: string },
  ): Promise<PromiseSettledResult<Rows>[]> {
    return this.#inTransaction(caller, { begin: 'begin', before, statements, topic, end: 'rollback' });
  }

  async #inTransaction(
    { role, claims }: Caller,
    transaction: {
      readonly begin: string;
      readonly before?: Statement;
      readonly statements: readonly Statement[];
      readonly topic?: string;
      readonly end: string;
    },
  ): Promise<PromiseSettledResult<Rows>[]> {
    const { begin, before, statements, topic = '', end } = transaction;
    const client = await this.#pool(role).connect();
    const send = async ({ text, values = [] }: Statement): Promise<Rows> =>
      (await client.query<Record<string, unknown>>(text, [...values])).rows;
    // All go out at once. Where the settings fail, Postgres refuses what follows, so nothing runs as somebody else.
    const opening = [
      send({ text: begin }),
      ...(before === undefined ? [] : [send(before)]),
      send({
        text: `select set_config('role', $1, true), set_config('request.jwt.claims', $2, true),
          set_config('realtime.topic', $3, true), set_config('statement_timeout', $4, true)`,
        values: [role, claims, topic, STATEMENT_TIMEOUT],
      }),
    ];
    const running = statements.map(send);
    const ending = send({ text: end });
    const [opened, outcomes, [ended]] = await Promise.all([
      Promise.allSettled(opening),
      Promise.allSettled(running),
      Promise.allSettled([ending]),
    ]);
    // A connection in an unknown state serves nobody else.
    client.release(ended?.status !== 'fulfilled');
    const failure = [...opened, ended].find((outcome) => outcome?.status === 'rejected');
    if (failure?.status === 'rejected') throw failure.reason;
    return outcomes;
  }

  #pool(role: string): Pool {
    const login = LOGINS[role] ?? 'authenticator';
    const known = this.#pools.get(login);
    if (known !== undefined) return known;
    const pool = openPool(this.#config, login, { max: CONNECTIONS[login] ?? 1 });
    this.#pools.set(login, pool);
    return pool;
  }

  async close(): Promise<void> {
    await Promise.all(Array.from(this.#pools.values(), (pool) => pool.end()));
  }
}

/** What Postgres has refused, by its SQLSTATE; undefined for anything else, such as a connection that was lost. */
export function refusalOf(error: unknown): string | undefined {
  return error instanceof DatabaseError ? error.code : undefined;
}
