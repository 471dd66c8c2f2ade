import type { z } from 'zod';
import type { databaseConfigOperations } from '../contract/config-database.contract.ts';
import type { Cell } from '../core/project/cells.port.ts';
import type { Project } from '../core/project/project.ts';

type Poolers = z.input<typeof databaseConfigOperations.getPoolerConfig.response>;

/** Where clients of Postgres come in, each with a session of its own; nowhere, where the cell has no such door. */
export function renderPoolers({ ref }: Project, { postgres }: Cell): Poolers {
  if (postgres === undefined) return [];
  const { host, port } = postgres;
  const user = `postgres.${ref}`;
  const address = `postgresql://${user}:[YOUR-PASSWORD]@${host}:${port}/postgres`;
  return [
    {
      identifier: ref,
      database_type: 'PRIMARY',
      is_using_scram_auth: true,
      db_user: user,
      db_host: host,
      db_port: port,
      db_name: 'postgres',
      connection_string: address,
      connectionString: address,
      default_pool_size: null,
      max_client_conn: null,
      pool_mode: 'session',
    },
  ];
}
