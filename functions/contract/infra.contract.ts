import { z } from 'zod';
import { none, operation, unimplemented } from './operation.ts';
import { refParams } from './path.contract.ts';

const noDisk =
  'A database has no disk of its own whose type, size or speed could be chosen: on one machine all share its file system, and the volume of an Aurora cluster grows by itself.';
const noReplicas = 'Projects have no read replicas.';

/** What a project's database runs on. */
export const infraOperations = {
  getReadOnlyMode: operation({
    method: 'GET',
    path: '/v1/projects/{ref}/readonly',
    summary: 'Tell whether the database takes no writes',
    policy: { on: 'project', permission: 'database_readonly_config_read' },
    params: refParams,
    query: none,
    body: none,
    status: 200,
    response: z.object({
      enabled: z.boolean(),
      override_enabled: z.boolean(),
      override_active_until: z.string().meta({ description: 'Empty where nothing is overridden' }),
    }),
  }),
  overrideReadOnlyMode: operation({
    method: 'POST',
    path: '/v1/projects/{ref}/readonly/temporary-disable',
    summary: 'Let new sessions write to a read-only database for 15 minutes',
    policy: { on: 'project', permission: 'database_readonly_config_write' },
    params: refParams,
    query: none,
    body: none,
    status: 201,
    response: none,
  }),
  getUpgradeEligibility: operation({
    method: 'GET',
    path: '/v1/projects/{ref}/upgrade/eligibility',
    summary: 'Tell to which versions of Postgres a project can be upgraded',
    policy: { on: 'project', permission: 'project_admin_read' },
    params: refParams,
    query: none,
    body: none,
    status: 200,
    response: z.object({
      eligible: z.boolean(),
      current_app_version: z.string(),
      current_app_version_release_channel: z.literal('ga'),
      latest_app_version: z.string(),
      target_upgrade_versions: z.array(
        z.object({ postgres_version: z.string(), release_channel: z.string(), app_version: z.string() }),
      ),
      duration_estimate_hours: z.number(),
      legacy_auth_custom_roles: z.array(z.string()),
      objects_to_be_dropped: z.array(z.string()),
      unsupported_extensions: z.array(z.string()),
      user_defined_objects_in_internal_schemas: z.array(z.string()),
      validation_errors: z.array(z.object({ type: z.string() })),
      warnings: z.array(z.object({ type: z.string() })),
    }),
  }),
  getUpgradeStatus: operation({
    method: 'GET',
    path: '/v1/projects/{ref}/upgrade/status',
    summary: 'Tell how the last upgrade of Postgres went',
    policy: { on: 'project', permission: 'project_admin_read' },
    params: refParams,
    query: z.strictObject({ tracking_id: z.string().max(128).optional() }),
    body: none,
    status: 200,
    response: z.object({
      databaseUpgradeStatus: z
        .object({
          initiated_at: z.string(),
          latest_status_at: z.string(),
          target_version: z.number(),
          status: z.number(),
        })
        .nullable(),
    }),
  }),
  upgradePostgres: unimplemented({
    method: 'POST',
    path: '/v1/projects/{ref}/upgrade',
    summary: 'Upgrade Postgres',
    policy: { on: 'project', permission: 'project_admin_write' },
    params: refParams,
    notImplemented:
      'Every project runs the newest version of Postgres that there is here, so there is none to upgrade to.',
  }),
  getDiskUtilization: operation({
    method: 'GET',
    path: '/v1/projects/{ref}/config/disk/util',
    summary: 'Tell how much room there is for data',
    policy: { on: 'project', permission: 'infra_disk_config_read' },
    params: refParams,
    query: none,
    body: none,
    status: 200,
    response: z.object({
      timestamp: z.string(),
      metrics: z.object({
        fs_size_bytes: z.number(),
        fs_avail_bytes: z.number(),
        fs_used_bytes: z.number(),
      }),
    }),
  }),
  getDiskAutoscale: operation({
    method: 'GET',
    path: '/v1/projects/{ref}/config/disk/autoscale',
    summary: 'Tell by what steps the disk grows; null: none were set',
    policy: { on: 'project', permission: 'infra_disk_config_read' },
    params: refParams,
    query: none,
    body: none,
    status: 200,
    response: z.object({
      growth_percent: z.int().nullable(),
      min_increment_gb: z.int().nullable(),
      max_size_gb: z.int().nullable(),
    }),
  }),
  getDisk: unimplemented({
    method: 'GET',
    path: '/v1/projects/{ref}/config/disk',
    summary: "Get the attributes of the database's disk",
    policy: { on: 'project', permission: 'infra_disk_config_read' },
    params: refParams,
    notImplemented: noDisk,
  }),
  updateDisk: unimplemented({
    method: 'POST',
    path: '/v1/projects/{ref}/config/disk',
    summary: "Change the attributes of the database's disk",
    policy: { on: 'project', permission: 'infra_disk_config_write' },
    params: refParams,
    notImplemented: noDisk,
  }),
  setUpReadReplica: unimplemented({
    method: 'POST',
    path: '/v1/projects/{ref}/read-replicas/setup',
    summary: 'Set up a read replica',
    policy: { on: 'project', permission: 'infra_read_replicas_write' },
    params: refParams,
    notImplemented: noReplicas,
  }),
  removeReadReplica: unimplemented({
    method: 'POST',
    path: '/v1/projects/{ref}/read-replicas/remove',
    summary: 'Remove a read replica',
    policy: { on: 'project', permission: 'infra_read_replicas_write' },
    params: refParams,
    notImplemented: noReplicas,
  }),
  enableDatabaseWebhooks: unimplemented({
    method: 'POST',
    path: '/v1/projects/{ref}/database/webhooks/enable',
    summary: 'Enable Database Webhooks',
    policy: { on: 'project', permission: 'database_webhooks_config_write' },
    params: refParams,
    notImplemented: 'Database Webhooks are sent by the extension pg_net, which no database here has.',
  }),
} as const;
