import type { Lint } from '../../functions/core/database/advisors/lint.ts';

/** What makes a lint fire, and what is then done about it so that it no longer does. */
export interface AdvisorCase {
  readonly lint: string;
  readonly category: Lint['category'];
  readonly fault: string;
  readonly repair: string;
  /** What tells the case from others of the lint. */
  readonly key: string;
  /** Only a superuser can bring it about. */
  readonly superuser?: true;
}

const security = (lint: string, key: string, fault: string, repair: string): AdvisorCase => ({
  lint,
  category: 'SECURITY',
  fault,
  repair,
  key,
});
const performance = (lint: string, key: string, fault: string, repair: string): AdvisorCase => ({
  ...security(lint, key, fault, repair),
  category: 'PERFORMANCE',
});

const guarded = (table: string) =>
  `create table ${table} (id int primary key, owner uuid); alter table ${table} enable row level security;`;

export const ADVISOR_CASES: readonly AdvisorCase[] = [
  security(
    'rls_disabled_in_public',
    'public_open_table',
    'create table open_table (id int primary key)',
    'alter table open_table enable row level security',
  ),
  security(
    'rls_disabled_in_public',
    'public_revoked_table',
    'create table revoked_table (id int primary key)',
    'revoke all on revoked_table from anon, authenticated',
  ),
  security(
    'policy_exists_rls_disabled',
    'public_idle_policy',
    'create table idle_policy (id int primary key); create policy everyone on idle_policy using (true)',
    'alter table idle_policy enable row level security',
  ),
  security(
    'rls_enabled_no_policy',
    'public_sealed',
    guarded('sealed'),
    'create policy everyone on sealed using (true)',
  ),
  security(
    'rls_references_user_metadata',
    'public_trusting_admins',
    `${guarded('trusting')} create policy admins on trusting
      using ((select auth.jwt() -> 'user_metadata' ->> 'role') = 'admin')`,
    `alter policy admins on trusting using ((select auth.jwt() -> 'app_metadata' ->> 'role') = 'admin')`,
  ),
  security(
    'auth_users_exposed',
    'public_people',
    'create view people as select id, email from auth.users',
    'revoke all on people from anon, authenticated',
  ),
  security(
    'security_definer_view',
    'public_definer',
    'create view definer as select 1 as one',
    'alter view definer set (security_invoker = on)',
  ),
  security(
    'materialized_view_in_api',
    'public_snapshot',
    'create materialized view snapshot as select 1 as one',
    'revoke all on snapshot from anon, authenticated',
  ),
  {
    ...security(
      'foreign_table_in_api',
      'public_far',
      `create extension if not exists postgres_fdw schema extensions;
        create server elsewhere foreign data wrapper postgres_fdw;
        create foreign table far (id int) server elsewhere`,
      'revoke all on far from anon, authenticated',
    ),
    superuser: true,
  },
  {
    ...security(
      'insecure_queue_exposed_in_api',
      'pgmq_q_jobs',
      `create schema pgmq; create table pgmq.q_jobs (id int primary key);
      alter role authenticator set pgrst.db_schemas = 'public, pgmq_public'`,
      'alter table pgmq.q_jobs enable row level security',
    ),
    superuser: true,
  },
  security(
    'function_search_path_mutable',
    'public_wandering_95adb6e77a0884d9e50232cb8c5c969d',
    "create function wandering() returns int language sql as 'select 1'",
    "alter function wandering() set search_path = ''",
  ),
  security(
    'extension_in_public',
    'citext',
    'create extension citext schema public',
    'drop extension citext; create extension citext schema extensions',
  ),
  security(
    'unsupported_reg_types',
    'public_registry_what',
    'create table registry (id int primary key, what regproc)',
    'alter table registry alter what type text',
  ),
  security(
    'fkey_to_auth_unique',
    'public_callers_callers_phone_fkey',
    'create table callers (id int primary key, phone text references auth.users (phone))',
    'alter table callers drop constraint callers_phone_fkey',
  ),
  performance(
    'auth_rls_initplan',
    'public_asking_own',
    `${guarded('asking')} create policy own on asking using (owner = auth.uid())`,
    'alter policy own on asking using (owner = (select auth.uid()))',
  ),
  performance(
    'auth_rls_initplan',
    'public_setting_own',
    `${guarded('setting')} create policy own on setting with check (current_setting('app.tenant') = 'a')`,
    `alter policy own on setting with check ((select current_setting('app.tenant')) = 'a')`,
  ),
  performance(
    'multiple_permissive_policies',
    'public_twice_anon_SELECT',
    `${guarded('twice')} create policy one on twice for select using (true);
      create policy two on twice to anon using (id > 1)`,
    'drop policy one on twice',
  ),
  performance(
    'unindexed_foreign_keys',
    'public_lines_lines_order_id_fkey',
    `create table orders (id int primary key);
      create table lines (id int primary key, order_id int references orders)`,
    'create index lines_order_id on lines (order_id, id)',
  ),
  performance(
    'duplicate_index',
    'public_pairs_pairs_a_pairs_b',
    `create table pairs (id int primary key, name text);
      create index pairs_a on pairs (name); create index pairs_b on pairs (name)`,
    'drop index pairs_b',
  ),
  performance(
    'no_primary_key',
    'public_keyless',
    'create table keyless (id int)',
    'alter table keyless add primary key (id)',
  ),
  performance(
    'unused_index',
    'public_rows_rows_n',
    'create table rows (id int primary key, n int); create index rows_n on rows (n)',
    'set enable_seqscan = off; select * from rows where n = 1',
  ),
];
