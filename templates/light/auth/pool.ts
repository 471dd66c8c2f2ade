import postgres from 'postgres';
import { connectionOptions } from '../database/connections.ts';
import type { Config } from '../settings/config.ts';
import type { Pool } from './users/store.ts';

/** Auth's own connections: unlike those that lite makes, they read and write dates as dates. */
export function openPool(config: Config): Pool {
  return postgres({ ...connectionOptions(config, 'supabase_auth_admin').postgresOptions });
}
