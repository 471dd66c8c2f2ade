import { INSTANCE_SIZES } from '../../contract/regions.ts';
import type { Plan } from '../../contract/plans.ts';
import { PLAN_LIMITS, type PlanLimits } from './plans.ts';

type Numeric = { readonly value: number | null; readonly unit: string };

export type Entitlement =
  | { readonly key: string; readonly type: 'boolean'; readonly enabled: boolean }
  | { readonly key: string; readonly type: 'set'; readonly set: readonly string[] }
  | ({ readonly key: string; readonly type: 'numeric' } & Numeric);

const MB = 1024 * 1024;
const days = (value: number): Numeric => ({ value, unit: 'days' });
const count = (value: number | null): Numeric => ({ value, unit: '' });

/** Supabase's features by the value that each has on a plan; a list is a set of variants. */
const FEATURES: Readonly<Record<string, (limits: PlanLimits) => boolean | readonly string[] | Numeric>> = {
  'instances.compute_update_available_sizes': ({ compute_sizes }) =>
    compute_sizes ? INSTANCE_SIZES : ['nano'],
  'storage.max_file_size': ({ file_bytes }) => ({ value: file_bytes, unit: 'bytes' }),
  'storage.max_file_size.configurable': ({ overage }) => overage === 'billed',
  'storage.image_transformations': ({ image_transformations }) => image_transformations !== 0,
  'security.audit_logs_days': ({ audit_days }) => days(audit_days),
  'log.retention_days': ({ log_days }) => days(log_days),
  custom_domain: ({ custom_domains }) => custom_domains,
  vanity_subdomain: ({ vanity_subdomains }) => vanity_subdomains,
  'pitr.available_variants': ({ point_in_time_days: most }) =>
    [7, 14, 28].filter((variant) => variant <= most).map((variant) => `pitr_${variant}`),
  branching_limit: ({ branches }) => count(branches),
  branching_persistent: ({ branches }) => branches !== 0,
  'auth.hooks': () => true,
  'auth.user_sessions': () => true,
  'auth.advanced_auth_settings': () => true,
  'auth.platform.sso': ({ single_sign_on }) => single_sign_on,
  'backup.retention_days': ({ backup_days }) => days(backup_days),
  'backup.schedule': ({ backup_days }) => backup_days > 0,
  'function.max_count': ({ functions }) => count(functions),
  'function.size_limit_mb': ({ function_bytes }) => ({ value: function_bytes / MB, unit: 'MB' }),
  'realtime.max_concurrent_users': ({ realtime_connections }) => count(realtime_connections),
  'realtime.max_events_per_second': ({ realtime_events_per_second }) => count(realtime_events_per_second),
  'security.member_roles': () => true,
  project_pausing: () => true,
};

/** What Supabase sells or lists and nobody has here, whatever the plan. */
const ABSENT = [
  'instances.read_replicas',
  'instances.disk_modifications',
  'instances.high_availability',
  'instances.orioledb',
  'replication.etl',
  'storage.vector_buckets',
  'storage.iceberg_catalog',
  'security.questionnaire',
  'security.soc2_report',
  'security.iso27001_certificate',
  'security.private_link',
  'security.enforce_mfa',
  'ipv4',
  'log_drains',
  'audit_log_drains',
  'auth.mfa_phone',
  'auth.mfa_web_authn',
  'auth.saml_2',
  'auth.leaked_password_protection',
  'auth.password_hibp',
  'backup.restore_to_new_project',
  'project_scoped_roles',
  'project_cloning',
  'project_restore_after_expiry',
  'assistant.advance_model',
  'integrations.github_connections',
  'dedicated_pooler',
] as const;

export function entitlementsOf(plan: Plan): readonly Entitlement[] {
  const limits = PLAN_LIMITS[plan];
  const had = Object.entries(FEATURES).map(([key, of]): Entitlement => {
    const value = of(limits);
    if (typeof value === 'boolean') return { key, type: 'boolean', enabled: value };
    return 'unit' in value ? { key, type: 'numeric', ...value } : { key, type: 'set', set: value };
  });
  return [...had, ...ABSENT.map((key) => ({ key, type: 'boolean' as const, enabled: false }))];
}
