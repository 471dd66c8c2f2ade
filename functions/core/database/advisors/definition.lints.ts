import type { Lint } from './lint.ts';

/** How functions, extensions, columns and references are defined. */
export const DEFINITION_LINTS: readonly Lint[] = [
  {
    name: 'function_search_path_mutable',
    number: '0011',
    title: 'Function Search Path Mutable',
    level: 'WARN',
    category: 'SECURITY',
    description:
      'A function finds what it names by the search path of its caller, who may put things in its way.',
    remediation: 'Say "alter function … set search_path = \'\'" and write out schemas in its body.',
    sql: `
      select n.nspname as schema, p.proname as name, 'function' as type,
        concat_ws('_', n.nspname, p.proname, md5(p.prosrc)) as key, null::jsonb as foreign_key,
        format('Function \`%s.%s\` has a role mutable search_path.', n.nspname, p.proname) as detail
      from pg_catalog.pg_proc p join namespace n on n.oid = p.pronamespace
      where p.prokind in ('f', 'p')
        and not exists (select from unnest(p.proconfig) as setting where setting like 'search\\_path=%')
        and not exists (
          select from extension_object e where e.classid = 'pg_proc'::regclass and e.objid = p.oid
        )`,
  },
  {
    name: 'extension_in_public',
    number: '0014',
    title: 'Extension in Public',
    level: 'WARN',
    category: 'SECURITY',
    description: 'An extension lies in the schema public, so that the API serves its functions.',
    remediation: 'Drop the extension and create it again "with schema extensions".',
    sql: `
      select n.nspname as schema, e.extname as name, 'extension' as type, e.extname as key, null::jsonb as foreign_key,
        format('Extension \`%s\` is installed in the public schema. Move it to another schema.', e.extname) as detail
      from pg_catalog.pg_extension e join pg_catalog.pg_namespace n on n.oid = e.extnamespace
      where n.nspname = 'public'`,
  },
  {
    name: 'unsupported_reg_types',
    number: '0018',
    title: 'Unsupported reg types',
    level: 'WARN',
    category: 'SECURITY',
    description: 'A column has a type that pg_upgrade cannot take to the next major version of Postgres.',
    remediation: 'Keep the name of the object, as text, in place of its reg* type.',
    sql: `
      select schema, relname as name, 'table' as type, concat_ws('_', schema, relname, attname) as key,
        null::jsonb as foreign_key,
        format('Table \`%s.%s\` has a column \`%s\` with unsupported reg* type \`%s\`.', schema, relname, attname,
          format_type(atttypid, null)) as detail
      from relation join pg_catalog.pg_attribute on attrelid = relation.oid and attnum > 0 and not attisdropped
      where relkind in ('r', 'p') and atttypid in ('regcollation'::regtype, 'regconfig'::regtype,
        'regdictionary'::regtype, 'regnamespace'::regtype, 'regoper'::regtype, 'regoperator'::regtype,
        'regproc'::regtype, 'regprocedure'::regtype)`,
  },
  {
    name: 'fkey_to_auth_unique',
    number: '0021',
    title: 'Foreign Key to Auth Unique Constraint',
    level: 'ERROR',
    category: 'SECURITY',
    description:
      'A foreign key refers to the schema auth by a unique constraint, which a later version may drop.',
    remediation: 'Refer to the primary key of the table in its place.',
    sql: `
      select schema, relname as name, 'table' as type, concat_ws('_', schema, relname, conname) as key,
        jsonb_build_object('fkey_name', conname, 'fkey_columns', conkey) as foreign_key,
        format('Table \`%s.%s\` has a foreign key \`%s\` that refers to a unique constraint of the auth schema.',
          schema, relname, conname) as detail
      from relation
        join pg_catalog.pg_constraint k on k.conrelid = relation.oid
        join pg_catalog.pg_index i on i.indexrelid = k.conindid
      where k.contype = 'f' and not i.indisprimary and k.confrelid in (
          select referred.oid from pg_catalog.pg_class referred
          where referred.relnamespace = to_regnamespace('auth')
        )`,
  },
];
