import { literalOf } from '../sql-literal.ts';

/** What is said of a known fault, wherever it is. */
export interface LintText {
  readonly name: string;
  readonly title: string;
  readonly level: 'ERROR' | 'WARN' | 'INFO';
  readonly category: 'SECURITY' | 'PERFORMANCE';
  readonly description: string;
  /** What to do about it, a sentence. */
  readonly remediation: string;
}

/** A fault that a database can be looked through for. */
export interface Lint extends LintText {
  /** Its number in Supabase's list, by which its page there is found. */
  readonly number: string;
  /**
   * A row for each case, with the columns `schema`, `name` and `type` of the object, `key`, which tells the case
   * from the other cases of the lint, `foreign_key` where there is one, and `detail`, a sentence. It may use what is
   * defined in `COMMON`.
   */
  readonly sql: string;
}

/** Schemas that are not the user's, as SQL. */
const INTERNAL = [
  'auth',
  'cron',
  'extensions',
  'graphql',
  'graphql_public',
  'information_schema',
  'net',
  'pgbouncer',
  'pgmq',
  'pgsodium',
  'pgsodium_masks',
  'pgtle',
  'pg_catalog',
  'realtime',
  'storage',
  'supabase_functions',
  'supabase_migrations',
  'vault',
];

/**
 * `extension_object`: what belongs to an extension, which the user cannot change. `exposed`: the schemas that the
 * REST API serves, `exposed` where the role of the API does not say. `namespace`: the schemas of the user. `relation`: tables, views and the like of the user, with what the API's callers may do with them.
 * `policy`: policies, but for those that stand in for an attribute of `service_role` where nobody may give it.
 */
export const common = (exposed: string) => `
  extension_object as materialized (
    select classid, objid from pg_catalog.pg_depend where deptype = 'e'
  ),
  exposed as materialized (
    select trim(schema) as name
    from unnest(string_to_array(coalesce(
      (select substring(setting from 'pgrst\\.db_schemas=(.*)')
       from pg_catalog.pg_db_role_setting s, unnest(s.setconfig) as setting
       where s.setrole = to_regrole('authenticator') and setting like 'pgrst.db\\_schemas=%' limit 1),
      ${literalOf(exposed)}::text), ',')) as schema
  ),
  namespace as materialized (
    select oid, nspname
    from pg_catalog.pg_namespace
    where nspname not in (${INTERNAL.map((schema) => `'${schema}'`).join(', ')})
      and nspname !~ '^pg_(toast|temp)'
  ),
  relation as materialized (
    select c.*, n.nspname as schema,
      coalesce(c.reloptions && '{security_invoker=true,security_invoker=on,security_invoker=1}', false)
        as security_invoker,
      n.nspname in (select name from exposed) and (
        has_table_privilege('anon', c.oid, 'select, insert, update, delete')
        or has_table_privilege('authenticated', c.oid, 'select, insert, update, delete')
      ) as reachable
    from pg_catalog.pg_class c
    join namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p', 'v', 'm', 'f')
      and not exists (
        select from extension_object e where e.classid = 'pg_class'::regclass and e.objid = c.oid
      )
  ),
  policy as materialized (
    select p.*, concat_ws(' ', pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid))
      as expression
    from pg_catalog.pg_policy p
    where not (p.polname = 'service_role' and to_regrole('service_role') = any (p.polroles))
  )`;
