import type { Lint } from './lint.ts';

/** Whether row-level security is on, and what its policies say. */
export const ROW_SECURITY_LINTS: readonly Lint[] = [
  {
    name: 'rls_disabled_in_public',
    number: '0013',
    title: 'RLS Disabled in Public',
    level: 'ERROR',
    category: 'SECURITY',
    description: 'A table that the API serves has no row-level security: whoever may use it sees every row.',
    remediation: 'Enable row-level security on the table and write policies for what callers may do.',
    sql: `
      select schema, relname as name, 'table' as type, concat_ws('_', schema, relname) as key, null::jsonb as foreign_key,
        format('Table \`%s.%s\` is public, but row-level security is not enabled on it.', schema, relname) as detail
      from relation
      where relkind in ('r', 'p') and reachable and not relrowsecurity`,
  },
  {
    name: 'policy_exists_rls_disabled',
    number: '0007',
    title: 'Policy Exists RLS Disabled',
    level: 'ERROR',
    category: 'SECURITY',
    description: 'A table has policies, but row-level security is off, so that none of them is applied.',
    remediation: 'Enable row-level security on the table.',
    sql: `
      select schema, relname as name, 'table' as type, concat_ws('_', schema, relname) as key, null::jsonb as foreign_key,
        format('Table \`%s.%s\` has policies (%s), but row-level security is not enabled on it.', schema, relname,
          string_agg(polname, ', ' order by polname)) as detail
      from relation join policy on polrelid = relation.oid
      where not relrowsecurity
      group by schema, relname`,
  },
  {
    name: 'rls_enabled_no_policy',
    number: '0008',
    title: 'RLS Enabled No Policy',
    level: 'INFO',
    category: 'SECURITY',
    description:
      'A table has row-level security and no policy, so that only its owner and service_role reach it.',
    remediation: 'Write policies for the table, if others are to use it.',
    sql: `
      select schema, relname as name, 'table' as type, concat_ws('_', schema, relname) as key, null::jsonb as foreign_key,
        format('Table \`%s.%s\` has row-level security enabled, but no policies exist.', schema, relname) as detail
      from relation
      where relkind in ('r', 'p') and relrowsecurity
        and not exists (select from policy where polrelid = relation.oid)`,
  },
  {
    name: 'rls_references_user_metadata',
    number: '0015',
    title: 'RLS References User Metadata',
    level: 'ERROR',
    category: 'SECURITY',
    description: 'A policy trusts user_metadata, which every user can write into.',
    remediation: 'Decide by app_metadata or by a table of your own instead.',
    sql: `
      select schema, relname as name, 'table' as type, concat_ws('_', schema, relname, polname) as key,
        null::jsonb as foreign_key,
        format('Table \`%s.%s\` has a policy \`%s\` that trusts what users write into their user_metadata.',
          schema, relname, polname) as detail
      from relation join policy on polrelid = relation.oid
      where expression ~ 'auth\\.jwt\\(\\)' and expression ~ 'user_metadata' or expression ~ 'raw_user_meta_data'`,
  },
  {
    name: 'auth_rls_initplan',
    number: '0003',
    title: 'Auth RLS Initialization Plan',
    level: 'WARN',
    category: 'PERFORMANCE',
    description: 'A policy asks who the caller is again for every row.',
    remediation: 'Write "(select auth.uid())" in place of "auth.uid()", so that it is asked once per query.',
    sql: `
      select schema, relname as name, 'table' as type, concat_ws('_', schema, relname, polname) as key,
        null::jsonb as foreign_key,
        format('Table \`%s.%s\` has a policy \`%s\` that evaluates current_setting() or auth.<function>() again for '
          'each row.', schema, relname, polname) as detail
      from relation join policy on polrelid = relation.oid
      where regexp_replace(
          expression, 'select\\s+\\(*(auth\\.(uid|jwt|role|email)\\(\\)|current_setting\\()', '', 'gi'
        ) ~* 'auth\\.(uid|jwt|role|email)\\(\\)|current_setting\\('`,
  },
  {
    name: 'multiple_permissive_policies',
    number: '0006',
    title: 'Multiple Permissive Policies',
    level: 'WARN',
    category: 'PERFORMANCE',
    description:
      'Several permissive policies hold for one role and action: each of them is evaluated for every row.',
    remediation: 'Join them into one policy with "or".',
    sql: `
      select schema, relname as name, 'table' as type, concat_ws('_', schema, relname, role, action) as key,
        null::jsonb as foreign_key,
        format('Table \`%s.%s\` has multiple permissive policies for role \`%s\` for action \`%s\`: %s.',
          schema, relname, role, action, string_agg(polname, ', ' order by polname)) as detail
      from relation join policy on polrelid = relation.oid
        cross join lateral (
          select rolname from pg_catalog.pg_roles where oid = any (polroles)
          union
          select unnest(array['anon', 'authenticated']) where 0 = any (polroles)
        ) as member (role)
        cross join lateral unnest(case polcmd
          when 'r' then array['SELECT'] when 'a' then array['INSERT'] when 'w' then array['UPDATE']
          when 'd' then array['DELETE'] else array['SELECT', 'INSERT', 'UPDATE', 'DELETE']
        end) as action
      where relrowsecurity and polpermissive
      group by schema, relname, role, action
      having count(*) > 1`,
  },
];
