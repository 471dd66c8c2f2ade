import { quoteText } from '../sql/sql-text.ts';

/** The schemas that people put tables into; what Postgres and the services keep for themselves is left out. */
export const SCHEMAS_SQL = `select nspname as name from pg_namespace
where nspname !~ '^(pg_|information_schema$)' order by nspname <> 'public', nspname`;

export const tablesSql = (schema: string) => `select c.relname as name, c.relkind = 'v' as is_view,
  c.relrowsecurity as rls, c.reltuples::bigint as estimate
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where n.nspname = ${quoteText(schema)} and c.relkind in ('r', 'p', 'v', 'm') order by c.relname`;

/** Columns in order, with what is to be known to write them. */
export const columnsSql = (schema: string, table: string) => `select a.attname as name,
  format_type(a.atttypid, a.atttypmod) as type, not a.attnotnull as nullable,
  pg_get_expr(d.adbin, d.adrelid) as fallback, a.attidentity <> '' or a.attgenerated <> '' as made,
  coalesce(a.attnum = any(i.indkey), false) as is_key
from pg_attribute a
join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
left join pg_index i on i.indrelid = a.attrelid and i.indisprimary
where n.nspname = ${quoteText(schema)} and c.relname = ${quoteText(table)} and a.attnum > 0 and not a.attisdropped
order by a.attnum`;

export const policiesSql = (schema: string, table: string) => `select policyname as name, cmd as command,
  array_to_string(roles, ', ') as roles, permissive = 'PERMISSIVE' as permissive,
  coalesce(qual, '') as using, coalesce(with_check, '') as checking
from pg_policies where schemaname = ${quoteText(schema)} and tablename = ${quoteText(table)} order by policyname`;
