import { infraOperations } from '../../contract/infra.contract.ts';
import { overrideReadOnly, readOnlyState } from '../../core/database/read-only.ts';
import { stackIn } from '../../core/database/stack-in.ts';
import { databaseVersion } from '../../core/database/upgrade.ts';
import { ok } from '../../core/kernel/result.ts';
import { type Route, onProject, refused } from '../route.ts';

const O = infraOperations;

export const infraRoutes: Record<keyof typeof infraOperations, Route> = {
  getReadOnlyMode: onProject(O.getReadOnlyMode, async ({ project, ports }) => {
    const state = await readOnlyState(project.value, ports);
    if (!state.ok) return state;
    const { enabled, overrideUntil } = state.value;
    return ok({
      enabled,
      override_enabled: overrideUntil !== undefined,
      override_active_until: overrideUntil ?? '',
    });
  }),

  overrideReadOnlyMode: onProject(O.overrideReadOnlyMode, ({ project, actor, ports }) =>
    overrideReadOnly(project.value, actor, ports),
  ),

  getUpgradeEligibility: onProject(O.getUpgradeEligibility, async ({ project, ports }) => {
    const version = await databaseVersion(project.value, ports);
    if (!version.ok) return version;
    return ok({
      eligible: false,
      current_app_version: `postgres-${version.value}`,
      current_app_version_release_channel: 'ga' as const,
      latest_app_version: `postgres-${version.value}`,
      target_upgrade_versions: [],
      duration_estimate_hours: 0,
      legacy_auth_custom_roles: [],
      objects_to_be_dropped: [],
      unsupported_extensions: [],
      user_defined_objects_in_internal_schemas: [],
      validation_errors: [],
      warnings: [],
    });
  }),

  getUpgradeStatus: onProject(O.getUpgradeStatus, async () => ok({ databaseUpgradeStatus: null })),

  getDiskUtilization: onProject(O.getDiskUtilization, async ({ project, ports }) => {
    const stack = stackIn(project.value, ports);
    if (!stack.ok) return stack;
    const { size, available, used } = await ports.databases.disk(stack.value);
    return ok({
      timestamp: ports.clock.now().toISOString(),
      metrics: { fs_size_bytes: size, fs_avail_bytes: available, fs_used_bytes: used },
    });
  }),

  getDiskAutoscale: onProject(O.getDiskAutoscale, async () =>
    ok({ growth_percent: null, min_increment_gb: null, max_size_gb: null }),
  ),

  upgradePostgres: refused(O.upgradePostgres),
  getDisk: refused(O.getDisk),
  updateDisk: refused(O.updateDisk),
  setUpReadReplica: refused(O.setUpReadReplica),
  removeReadReplica: refused(O.removeReadReplica),
  enableDatabaseWebhooks: refused(O.enableDatabaseWebhooks),
};
