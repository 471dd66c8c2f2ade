import type { Plan } from '../../contract/plans.ts';

const KB = 1024;
const MB = 1024 * KB;
const GB = 1024 * MB;

/** What an organization may have on its plan. Null: as much as it likes. */
export interface PlanLimits {
  /** Of the organization; one that is paused does not count. */
  readonly active_projects: number | null;
  /** Past what is included: refused, or billed. */
  readonly overage: 'refused' | 'billed';
  readonly database_bytes: number | null;
  readonly storage_bytes: number | null;
  readonly file_bytes: number;
  /** These five in a month. */
  readonly egress_bytes: number | null;
  readonly monthly_active_users: number | null;
  readonly function_invocations: number | null;
  readonly realtime_messages: number | null;
  readonly image_transformations: number | null;
  /** In one project. */
  readonly functions: number | null;
  readonly function_bytes: number;
  readonly branches: number | null;
  readonly realtime_connections: number | null;
  readonly realtime_events_per_second: number | null;
  /** Days without a request after which a project is paused; null: never. */
  readonly idle_pause_days: number | null;
  /** Days that daily backups are kept; 0: there are none. */
  readonly backup_days: number;
  /** Days that one can go back to any moment of; 0: not at all. */
  readonly point_in_time_days: number;
  readonly log_days: number;
  readonly audit_days: number;
  /** Whether a project may have a cluster of its own. Ours: Supabase's always have. */
  readonly dedicated_databases: boolean;
  /** Whether projects may have more than the smallest compute size. */
  readonly compute_sizes: boolean;
  readonly custom_domains: boolean;
  readonly vanity_subdomains: boolean;
  readonly single_sign_on: boolean;
}

/** Supabase's published figures; what it bills past them is `billed`, what it sells by contract is without limit. */
export const PLAN_LIMITS: Readonly<Record<Plan, PlanLimits>> = {
  free: {
    active_projects: 2,
    overage: 'refused',
    database_bytes: 500 * MB,
    storage_bytes: GB,
    file_bytes: 50 * MB,
    egress_bytes: 5 * GB,
    monthly_active_users: 50_000,
    function_invocations: 500_000,
    realtime_messages: 2_000_000,
    image_transformations: 0,
    functions: 100,
    function_bytes: 20 * MB,
    branches: 0,
    realtime_connections: 200,
    realtime_events_per_second: 100,
    idle_pause_days: 7,
    backup_days: 0,
    point_in_time_days: 0,
    log_days: 1,
    audit_days: 1,
    dedicated_databases: false,
    compute_sizes: false,
    custom_domains: false,
    vanity_subdomains: false,
    single_sign_on: false,
  },
  pro: {
    active_projects: null,
    overage: 'billed',
    database_bytes: 8 * GB,
    storage_bytes: 100 * GB,
    file_bytes: 500 * GB,
    egress_bytes: 250 * GB,
    monthly_active_users: 100_000,
    function_invocations: 2_000_000,
    realtime_messages: 5_000_000,
    image_transformations: 100,
    functions: 500,
    function_bytes: 20 * MB,
    branches: 50,
    realtime_connections: 500,
    realtime_events_per_second: 500,
    idle_pause_days: null,
    backup_days: 7,
    point_in_time_days: 7,
    log_days: 7,
    audit_days: 7,
    dedicated_databases: true,
    compute_sizes: true,
    custom_domains: true,
    vanity_subdomains: true,
    single_sign_on: false,
  },
  team: {
    active_projects: null,
    overage: 'billed',
    database_bytes: 8 * GB,
    storage_bytes: 100 * GB,
    file_bytes: 500 * GB,
    egress_bytes: 250 * GB,
    monthly_active_users: 100_000,
    function_invocations: 2_000_000,
    realtime_messages: 5_000_000,
    image_transformations: 100,
    functions: 1000,
    function_bytes: 20 * MB,
    branches: 50,
    realtime_connections: 500,
    realtime_events_per_second: 500,
    idle_pause_days: null,
    backup_days: 14,
    point_in_time_days: 14,
    log_days: 28,
    audit_days: 28,
    dedicated_databases: true,
    compute_sizes: true,
    custom_domains: true,
    vanity_subdomains: true,
    single_sign_on: true,
  },
  enterprise: {
    active_projects: null,
    overage: 'billed',
    database_bytes: null,
    storage_bytes: null,
    file_bytes: 500 * GB,
    egress_bytes: null,
    monthly_active_users: null,
    function_invocations: null,
    realtime_messages: null,
    image_transformations: null,
    functions: null,
    function_bytes: 20 * MB,
    branches: null,
    realtime_connections: null,
    realtime_events_per_second: null,
    idle_pause_days: null,
    backup_days: 30,
    point_in_time_days: 28,
    log_days: 90,
    audit_days: 90,
    dedicated_databases: true,
    compute_sizes: true,
    custom_domains: true,
    vanity_subdomains: true,
    single_sign_on: true,
  },
};
