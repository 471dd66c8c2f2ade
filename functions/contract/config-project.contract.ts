import { z } from 'zod';
import { postgresConfig } from './config-database.contract.ts';
import { none, operation } from './operation.ts';
import { refParams } from './path.contract.ts';
import { SECTIONS } from './settings/sections.ts';
import { answerShape } from './settings/setting.ts';

const switchable = z.object({ enabled: z.boolean() });

export const projectConfig = z.object({
  data: z.object({
    type: z.literal('project_config'),
    id: z.string(),
    attributes: z.object({
      database: z.object({
        major_version: z.int(),
        ssl_enforced: z.boolean(),
        network_restrictions: z.object({
          entitlement: z.literal('allowed'),
          status: z.literal('applied'),
          allowed_cidrs: z.array(z.object({ address: z.string(), type: z.enum(['v4', 'v6']) })),
        }),
        postgres_settings: postgresConfig,
      }),
      pooler: z.object({
        pool_mode: z.enum(['transaction', 'session']),
        ignore_startup_parameters: z.string(),
        server_idle_timeout: z.int(),
        server_lifetime: z.int(),
        query_wait_timeout: z.int(),
        reserve_pool_size: z.int(),
        default_pool_size: z.int(),
        max_client_conn: z.int(),
      }),
      auth: z.object(answerShape(SECTIONS.auth)),
      api: z.object(answerShape(SECTIONS.postgrest)),
      realtime: z.object(answerShape(SECTIONS.realtime)),
      storage: z.object({
        file_size_limit: z.int(),
        features: z.object({
          image_transformation: switchable,
          s3_protocol: switchable,
          purge_cache: switchable,
          iceberg_catalog: switchable.extend({
            max_namespaces: z.int(),
            max_tables: z.int(),
            max_catalogs: z.int(),
          }),
          vector_buckets: switchable.extend({ max_buckets: z.int(), max_indexes: z.int() }),
        }),
        capabilities: z.object({
          list_v2: z.boolean(),
          iceberg_catalog: z.boolean(),
          object_versioning: z.boolean(),
        }),
        upstream_target: z.enum(['main', 'canary']),
        migration_version: z.string(),
      }),
    }),
  }),
});

export const projectConfigOperations = {
  getProjectConfig: operation({
    method: 'GET',
    path: '/v2/projects/{ref}/config',
    summary: 'Get all settings of a project',
    policy: { on: 'project', permission: 'auth_config_read' },
    params: refParams,
    query: none,
    body: none,
    status: 200,
    response: projectConfig,
  }),
} as const;
