import type { Lint } from './lint.ts';

/** What the API serves past the policies of the tables behind it. */
export const EXPOSURE_LINTS: readonly Lint[] = [
  {
    name: 'auth_users_exposed',
    number: '0002',
    title: 'Exposed Auth Users',
    level: 'ERROR',
    category: 'SECURITY',
    description: 'A view that the API serves shows rows of auth.users with the rights of its owner.',
    remediation:
      'Move the view to a schema that is not exposed, or copy what may be seen to a table with policies.',
    sql: `
      select schema, relname as name, 'view' as type, concat_ws('_', schema, relname) as key, null::jsonb as foreign_key,
        format('View \`%s.%s\` may show the data of auth.users to the roles anon or authenticated.', schema, relname)
          as detail
      from relation
      where relkind in ('v', 'm') and reachable and (relkind = 'm' or not security_invoker)
        and exists (
          select from pg_catalog.pg_rewrite r
          join pg_catalog.pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = r.oid
          where r.ev_class = relation.oid
            and d.refclassid = 'pg_class'::regclass and d.refobjid = to_regclass('auth.users')
        )`,
  },
  {
    name: 'security_definer_view',
    number: '0010',
    title: 'Security Definer View',
    level: 'ERROR',
    category: 'SECURITY',
    description:
      'A view that the API serves reads with the rights of its owner, past the policies for its caller.',
    remediation: 'Say "alter view … set (security_invoker = on)".',
    sql: `
      select schema, relname as name, 'view' as type, concat_ws('_', schema, relname) as key, null::jsonb as foreign_key,
        format('View \`%s.%s\` is defined with the SECURITY DEFINER property.', schema, relname) as detail
      from relation
      where relkind = 'v' and reachable and not security_invoker`,
  },
  {
    name: 'materialized_view_in_api',
    number: '0016',
    title: 'Materialized View in API',
    level: 'WARN',
    category: 'SECURITY',
    description: 'The API serves a materialized view, which row-level security does not apply to.',
    remediation: 'Revoke it from anon and authenticated, or move it to a schema that is not exposed.',
    sql: `
      select schema, relname as name, 'materialized view' as type, concat_ws('_', schema, relname) as key,
        null::jsonb as foreign_key,
        format('Materialized view \`%s.%s\` is selectable by anon or authenticated roles.', schema, relname) as detail
      from relation
      where relkind = 'm' and reachable`,
  },
  {
    name: 'foreign_table_in_api',
    number: '0017',
    title: 'Foreign Table in API',
    level: 'WARN',
    category: 'SECURITY',
    description: 'The API serves a foreign table, which row-level security does not apply to.',
    remediation: 'Revoke it from anon and authenticated, or move it to a schema that is not exposed.',
    sql: `
      select schema, relname as name, 'foreign table' as type, concat_ws('_', schema, relname) as key,
        null::jsonb as foreign_key,
        format('Foreign table \`%s.%s\` is accessible over APIs.', schema, relname) as detail
      from relation
      where relkind = 'f' and reachable`,
  },
  {
    name: 'insecure_queue_exposed_in_api',
    number: '0019',
    title: 'Insecure Queue Exposed in API',
    level: 'ERROR',
    category: 'SECURITY',
    description: 'The API serves queues, and one of them has no row-level security.',
    remediation: 'Enable row-level security on the table of the queue and write policies for it.',
    sql: `
      select n.nspname as schema, c.relname as name, 'table' as type, concat_ws('_', n.nspname, c.relname) as key,
        null::jsonb as foreign_key,
        format('Queue \`%s\` is reachable through the schema pgmq_public, but row-level security is not enabled on '
          'it.', c.relname) as detail
      from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
      where n.nspname = 'pgmq' and c.relname ~ '^[qa]_' and c.relkind in ('r', 'p') and not c.relrowsecurity
        and 'pgmq_public' in (select name from exposed)`,
  },
];
