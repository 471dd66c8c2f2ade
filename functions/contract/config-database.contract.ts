import { z } from 'zod';
import { none, operation } from './operation.ts';
import { refParams } from './path.contract.ts';
import { SECTIONS } from './settings/sections.ts';
import { answerShape, changeShape } from './settings/setting.ts';

/** Only what was set; the rest is as the server came. */
export const postgresConfig = z.object(
  Object.fromEntries(
    Object.entries(answerShape(SECTIONS.postgres)).map(([name, shape]) => [name, shape.optional()]),
  ),
);

const postgresBody = z.strictObject({
  ...changeShape(SECTIONS.postgres),
  restart_database: z
    .boolean()
    .optional()
    .meta({ description: 'False: what takes a start of the server waits for the next one' }),
});

const postgres = {
  path: '/v1/projects/{ref}/config/database/postgres',
  params: refParams,
  query: none,
  status: 200,
  response: postgresConfig,
} as const;

export const databaseConfigOperations = {
  getPostgresConfig: operation({
    ...postgres,
    method: 'GET',
    summary: "Get what was set of a project's Postgres",
    policy: { on: 'project', permission: 'database_config_read' },
    body: none,
  }),
  updatePostgresConfig: operation({
    ...postgres,
    method: 'PUT',
    summary: "Set what is to be set of a project's Postgres; what is left out is taken back",
    policy: { on: 'project', permission: 'database_config_write' },
    body: postgresBody,
  }),
  patchPostgresConfig: operation({
    ...postgres,
    method: 'PATCH',
    summary: "Change what is set of a project's Postgres",
    policy: { on: 'project', permission: 'database_config_write' },
    body: postgresBody,
  }),
  getPoolerConfig: operation({
    method: 'GET',
    path: '/v1/projects/{ref}/config/database/pooler',
    summary: "List the addresses at which a project's Postgres is reached through a pooler",
    policy: { on: 'project', permission: 'database_pooling_config_read' },
    params: refParams,
    query: none,
    body: none,
    status: 200,
    response: z.array(
      z.object({
        identifier: z.string(),
        database_type: z.enum(['PRIMARY']),
        is_using_scram_auth: z.boolean(),
        db_user: z.string(),
        db_host: z.string(),
        db_port: z.int(),
        db_name: z.string(),
        connection_string: z.string(),
        connectionString: z.string(),
        default_pool_size: z.int().nullable(),
        max_client_conn: z.int().nullable(),
        pool_mode: z.enum(['transaction', 'session']),
      }),
    ),
  }),
  updatePoolerConfig: operation({
    method: 'PATCH',
    path: '/v1/projects/{ref}/config/database/pooler',
    summary: 'Change how connections are pooled',
    policy: { on: 'project', permission: 'database_pooling_config_write' },
    params: refParams,
    query: none,
    body: z.strictObject(changeShape(SECTIONS.pooler)),
    status: 200,
    response: z.object(answerShape(SECTIONS.pooler)),
  }),
  getPgbouncerConfig: operation({
    method: 'GET',
    path: '/v1/projects/{ref}/config/database/pgbouncer',
    summary: 'Get how connections are pooled',
    policy: { on: 'project', permission: 'database_pooling_config_read' },
    params: refParams,
    query: none,
    body: none,
    status: 200,
    response: z.object({
      pool_mode: z.enum(['transaction', 'session']).optional(),
      connection_string: z.string().optional(),
    }),
  }),
} as const;
