import { Pool } from 'pg';
import type { Config } from '../settings/config.ts';
import { type LoginRole, POOL } from './connections.ts';

/** How long a request waits for a connection: PostgREST's db-pool-acquisition-timeout. */
const ACQUISITION_TIMEOUT_MS = 10_000;

/** Connections of one login role, opened when needed; `role` is what each of them becomes at once. */
export function openPool(
  config: Config,
  login: LoginRole,
  { max = POOL.max, role }: { max?: number; role?: string } = {},
): Pool {
  const { host, port, database, password, roleSuffix } = config.postgres;
  const pool = new Pool({
    host,
    port,
    database,
    password,
    user: `${login}${roleSuffix}`,
    application_name: `light ${login}`,
    max,
    idleTimeoutMillis: POOL.idle_timeout * 1000,
    connectionTimeoutMillis: ACQUISITION_TIMEOUT_MS,
    maxLifetimeSeconds: POOL.max_lifetime,
    // Statements go out without waiting for the answers to those before them.
    pipeline: true,
    ...(role === undefined ? {} : { options: `-c role=${role}` }),
  });
  // Whoever uses a connection that is lost learns it from the answer to the query; idle ones are just replaced.
  const ignoreLoss = () => {};
  pool.on('error', ignoreLoss);
  pool.on('connect', (client) => client.on('error', ignoreLoss));
  return pool;
}
