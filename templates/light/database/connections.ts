import {
  createPostgresConnection,
  type IPostgresConnectionConfig,
  type PostgresConnection,
} from '@supabase/lite/postgres';
import type { Config } from '../settings/config.ts';
import { WIRE_TYPES } from './wire-types.ts';

/**
 * Login roles of the data plane. None has privileges of its own over a project's data: `light_user` and
 * `light_service` can only become what a request may be, so `reset role` inside a function leads nowhere.
 */
export type LoginRole =
  | 'light_user'
  | 'light_service'
  | 'authenticator'
  | 'supabase_auth_admin'
  | 'supabase_realtime_admin';

/** What lite builds its queries with: a pool or a transaction. */
export type Database = PostgresConnection['kysely'];

/** Connections are opened by the first query that needs one and closed when idle, so a quiet project holds few. */
export const POOL = { max: 5, idle_timeout: 30, connect_timeout: 5, max_lifetime: 1800 } as const;

export function connectionOptions(config: Config, role: LoginRole): IPostgresConnectionConfig {
  const { host, port, database, password, roleSuffix } = config.postgres;
  return {
    postgresOptions: {
      ...POOL,
      host,
      port,
      database,
      username: `${role}${roleSuffix}`,
      password,
      connection: { application_name: `light ${role}` },
      types: WIRE_TYPES,
      onnotice: () => {},
    },
  };
}

export function connectAs(config: Config, role: LoginRole): PostgresConnection {
  return createPostgresConnection(connectionOptions(config, role));
}

/** Ends a pool; a query that hangs does not hold it up for longer than this. */
export async function disconnect(connection: PostgresConnection): Promise<void> {
  await connection.driver.end({ timeout: 1 });
}
