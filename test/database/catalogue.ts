import type { Client } from 'pg';

/**
 * Everything of a database that its scripts decide, one line each, without oids: what differs between two of these
 * is a difference somebody could see.
 */
const queries: Readonly<Record<string, string>> = {
  role: `
    select to_jsonb(r) - 'oid' - 'rolpassword' from pg_roles r where rolname not like 'pg\\_%'`,
  membership: `
    select to_jsonb(m) - '{oid,roleid,member,grantor}'::text[]
      || jsonb_build_object('of', m.roleid::regrole, 'member', m.member::regrole, 'grantor', m.grantor::regrole)
    from pg_auth_members m`,
  database: `
    select jsonb_build_object('owner', datdba::regrole, 'acl', datacl::text)
    from pg_database where datname = current_database()`,
  schema: `
    select jsonb_build_object('name', nspname, 'owner', nspowner::regrole, 'acl', nspacl::text)
    from pg_namespace where nspname !~ '^(pg_|information_schema)'`,
  relation: `
    select jsonb_build_object('name', c.oid::regclass, 'kind', relkind, 'owner', relowner::regrole, 'acl', relacl::text,
      'rls', relrowsecurity, 'comment', obj_description(c.oid, 'pg_class'),
      'definition', case relkind when 'v' then pg_get_viewdef(c.oid) when 'i' then pg_get_indexdef(c.oid) end)
    from pg_class c where relnamespace in (select oid from pg_namespace where nspname !~ '^(pg_|information_schema)')`,
  column: `
    select jsonb_build_object('table', attrelid::regclass, 'name', attname, 'type', format_type(atttypid, atttypmod),
      'not null', attnotnull, 'generated', attgenerated, 'collation', attcollation::regcollation,
      'default', pg_get_expr(adbin, adrelid), 'acl', attacl::text, 'comment', col_description(attrelid, attnum))
    from pg_attribute join pg_class c on c.oid = attrelid left join pg_attrdef on adrelid = attrelid and adnum = attnum
    where attnum > 0 and relkind = 'r'
      and relnamespace in (select oid from pg_namespace where nspname !~ '^(pg_|information_schema)')`,
  constraint: `
    select jsonb_build_object('table', conrelid::regclass, 'name', conname, 'definition', pg_get_constraintdef(oid))
    from pg_constraint where conrelid <> 0 and contype <> 'n'`,
  type: `
    select jsonb_build_object('name', t.oid::regtype, 'owner', typowner::regrole, 'labels', (
      select jsonb_agg(enumlabel order by enumsortorder) from pg_enum where enumtypid = t.oid))
    from pg_type t where typtype = 'e'`,
  function: `
    select jsonb_build_object('name', p.oid::regprocedure, 'owner', proowner::regrole, 'acl', proacl::text,
      'definition', case when prokind = 'f' then pg_get_functiondef(p.oid) end)
    from pg_proc p where pronamespace in (select oid from pg_namespace where nspname !~ '^(pg_|information_schema)')`,
  trigger: `select to_jsonb(pg_get_triggerdef(oid)) from pg_trigger where not tgisinternal`,
  'event trigger': `
    select jsonb_build_object('name', evtname, 'owner', evtowner::regrole, 'event', evtevent, 'tags', evttags)
    from pg_event_trigger`,
  policy: `
    select jsonb_build_object('table', polrelid::regclass, 'name', polname, 'roles', polroles::regrole[]::text,
      'using', pg_get_expr(polqual, polrelid))
    from pg_policy`,
  'default privileges': `
    select jsonb_build_object('role', defaclrole::regrole, 'schema', defaclnamespace::regnamespace,
      'type', defaclobjtype, 'acl', defaclacl::text)
    from pg_default_acl`,
  setting: `select jsonb_build_object('role', setrole::regrole, 'config', setconfig) from pg_db_role_setting`,
  publication: `
    select jsonb_build_object('name', pubname, 'owner', pubowner::regrole) from pg_publication`,
  extension: `
    select jsonb_build_object('name', extname, 'schema', extnamespace::regnamespace) from pg_extension`,
  migration: `select to_jsonb(version) from auth.schema_migrations`,
};

export async function catalogueOf(db: Client): Promise<readonly string[]> {
  const lines: string[] = [];
  // So that every name is printed with its schema.
  await db.query(`begin; set local search_path = ''`);
  for (const [what, query] of Object.entries(queries)) {
    const { rows } = await db.query<[unknown]>({ text: query, rowMode: 'array' });
    lines.push(...rows.map(([row]) => `${what} ${JSON.stringify(row)}`).toSorted());
  }
  await db.query('commit');
  return lines;
}
