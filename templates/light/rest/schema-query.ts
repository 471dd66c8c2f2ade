/**
 * Reads all that REST needs to know of the exposed schemas ($1) in one round trip, from the catalogue itself: the
 * information schema would show a login role without privileges nothing. One JSON object a schema.
 *
 * A view takes part in embedding through the foreign keys of the columns it passes on. Which those are is in the
 * target list of its rule (`resorigtbl`, `resorigcol`); views of views are followed down to tables.
 */
export const SCHEMA_QUERY = String.raw`
with recursive
exposed as (
  select oid, nspname::text as name from pg_namespace where nspname = any($1::text[])
),
relation as (
  select c.oid, c.relname::text as name, n.name as schema, c.relkind as kind, c.reltuples
  from pg_class c join exposed n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p', 'v', 'm', 'f') and not c.relispartition
),
passed_on as (
  select a.attrelid as view, a.attnum as column_number, entry[3]::oid as base, entry[4]::int as base_number
  from pg_rewrite r
  join pg_class c on c.oid = r.ev_class and c.relkind in ('v', 'm')
  join pg_namespace n on n.oid = c.relnamespace and n.nspname not in ('pg_catalog', 'information_schema')
  cross join lateral regexp_matches(
    r.ev_action::text,
    ':resno (\d+) :resname (\S+) :ressortgroupref \d+ :resorigtbl ([1-9]\d*) :resorigcol ([1-9]\d*) :resjunk false',
    'g'
  ) as entry
  join pg_attribute a on a.attrelid = c.oid and a.attnum = entry[1]::int and a.attname = entry[2]
  where r.rulename = '_RETURN'
),
origin as (
  select view, column_number, base, base_number from passed_on
  union
  select o.view, o.column_number, p.base, p.base_number
  from origin o join passed_on p on p.view = o.base and p.column_number = o.base_number
),
source as (
  select a.attrelid as relation, a.attnum::int as column_number, a.attrelid as base, a.attnum::int as base_number
  from pg_attribute a join relation r on r.oid = a.attrelid
  where r.kind in ('r', 'p', 'f') and a.attnum > 0 and not a.attisdropped
  union all
  select view, min(column_number)::int, base, base_number
  from origin
  group by view, base, base_number
),
foreign_key as (
  select
    con.oid, con.conname::text as name, child.oid as child, parent.oid as parent, child.schema,
    child.name as child_name, parent.name as parent_name,
    child.oid = con.conrelid and parent.oid = con.confrelid as direct,
    key.position, child_column.attname::text as child_column, parent_column.attname::text as parent_column,
    count(*) over (partition by con.oid, child.oid, parent.oid) as found, cardinality(con.conkey) as wanted
  from pg_constraint con
  cross join lateral unnest(con.conkey, con.confkey) with ordinality as key (child_number, parent_number, position)
  join source cs on cs.base = con.conrelid and cs.base_number = key.child_number
  join source ps on ps.base = con.confrelid and ps.base_number = key.parent_number
  join relation child on child.oid = cs.relation
  join relation parent on parent.oid = ps.relation and parent.schema = child.schema
  join pg_attribute child_column on child_column.attrelid = child.oid and child_column.attnum = cs.column_number
  join pg_attribute parent_column on parent_column.attrelid = parent.oid and parent_column.attnum = ps.column_number
  where con.contype = 'f' and con.conparentid = 0
),
unique_key as (
  select
    r.schema, r.name as table, c.relname::text as name, i.indisprimary as is_primary,
    array_agg(a.attname::text order by k.position) as columns
  from pg_index i
  join relation r on r.oid = i.indrelid
  join pg_class c on c.oid = i.indexrelid
  cross join lateral unnest(i.indkey::int[]) with ordinality as k (number, position)
  join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.number
  where i.indisunique and i.indpred is null and i.indexprs is null and k.position <= i.indnkeyatts
  group by r.schema, r.name, c.relname, i.indisprimary
),
col as (
  select
    r.schema, r.name as table, a.attname::text as name, a.attnum as ordinal_position,
    case
      when d.expression like 'nextval(%' and t.typname in ('int2', 'int4', 'int8')
        then case t.typname when 'int2' then 'smallserial' when 'int4' then 'serial' else 'bigserial' end
      when t.typelem <> 0 and t.typlen = -1 then format_type(t.typelem, null)
      when t.typtype = 'd' then format_type(t.typbasetype, null)
      else format_type(t.oid, null)
    end as type,
    not a.attnotnull as nullable,
    case when d.expression not like 'nextval(%' then d.expression end as default_value,
    exists (
      select from pg_index i where i.indrelid = a.attrelid and i.indisprimary and a.attnum = any(i.indkey)
    ) as is_primary_key,
    a.attidentity <> '' or coalesce(d.expression like 'nextval(%', false) as is_identity,
    a.attgenerated <> '' as is_generated,
    t.typname::text as pg_type,
    tn.nspname::text as udt_schema
  from pg_attribute a
  join relation r on r.oid = a.attrelid
  join pg_type t on t.oid = a.atttypid
  join pg_namespace tn on tn.oid = t.typnamespace
  left join lateral (
    select pg_get_expr(adbin, adrelid) as expression from pg_attrdef where adrelid = a.attrelid and adnum = a.attnum
  ) d on true
  where a.attnum > 0 and not a.attisdropped
),
fn as (
  select
    n.name as schema, p.proname::text as name,
    array(
      select name from unnest(p.proargnames) with ordinality as argument (name, position)
      where p.proargmodes is null or p.proargmodes[position] in ('i', 'b', 'v') order by position
    ) as arg_names,
    array(
      select format_type(type, null) from unnest(p.proargtypes) with ordinality as argument (type, position)
      order by position
    ) as arg_types,
    p.pronargdefaults as arg_defaults, p.provariadic <> 0 as has_variadic, p.provolatile as volatility,
    p.proretset as return_is_setof, p.prorows as return_rows, format_type(p.prorettype, null) as return_type,
    t.typtype as return_typtype,
    case when t.typtype = 'd' then format_type(t.typbasetype, null) end as return_base_type,
    coalesce(p.proargmodes && array['o', 'b', 't']::"char"[], false) as has_out_args
  from pg_proc p
  join exposed n on n.oid = p.pronamespace
  join pg_type t on t.oid = p.prorettype
  where p.prokind = 'f' and p.prorettype not in ('trigger'::regtype, 'event_trigger'::regtype)
),
composite as (
  select
    n.nspname::text as schema, t.typname::text as type, 'composite' as kind,
    json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod)) order by a.attnum) as fields
  from pg_type t
  join pg_class c on c.oid = t.typrelid and c.relkind = 'c'
  join pg_namespace n on n.oid = t.typnamespace and n.nspname not in ('pg_catalog', 'information_schema')
  join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  group by n.nspname, t.typname
)
select
  e.name as schema,
  json_build_object(
    'tables', (select coalesce(json_agg(json_build_object('name', r.name, 'schema', r.schema,
        'rows', greatest(r.reltuples, 0))), '[]')
      from relation r where r.schema = e.name and r.kind <> 'v'),
    'views', (select coalesce(json_agg(json_build_object('name', r.name, 'schema', r.schema,
        'sql', pg_get_viewdef(r.oid))), '[]')
      from relation r where r.schema = e.name and r.kind in ('v', 'm')),
    'columns', (select coalesce(json_agg(col order by col.table, col.ordinal_position), '[]')
      from col where col.schema = e.name),
    'keys', (select coalesce(json_agg(k), '[]') from unique_key k where k.schema = e.name),
    'foreign_keys', (select coalesce(json_agg(json_build_object(
        'schema', f.schema, 'table', f.child_name, 'column', f.child_column,
        'ref_schema', f.schema, 'ref_table', f.parent_name, 'ref_column', f.parent_column,
        'foreign_key_name', f.name,
        'foreign_key_group', case when not f.direct then f.oid || ':' || f.child || ':' || f.parent end
      ) order by f.direct desc, f.child_name, f.name, f.parent_name, f.position), '[]')
      from foreign_key f where f.schema = e.name and f.found = f.wanted),
    'functions', (select coalesce(json_agg(fn order by fn.name), '[]') from fn where fn.schema = e.name),
    'custom_types', (select coalesce(json_agg(composite), '[]') from composite),
    'partitions', (select coalesce(json_agg(json_build_object('name', c.relname, 'schema', e.name,
        'parent', i.inhparent::regclass::text)), '[]')
      from pg_class c join pg_inherits i on i.inhrelid = c.oid
      where c.relispartition and c.relkind in ('r', 'p', 'f') and c.relnamespace = e.oid)
  ) as content
from exposed e
`;

/**
 * What a role gets with ALTER ROLE … SET and would have as a session of its own. Only settings that any user may
 * change can be taken over in a transaction; the search path is the request's.
 */
export const ROLE_SETTINGS_QUERY = String.raw`
select r.rolname::text as role, split_part(entry, '=', 1) as name, substr(entry, strpos(entry, '=') + 1) as value
from pg_db_role_setting s
join pg_roles r on r.oid = s.setrole
cross join lateral unnest(s.setconfig) as entry
join pg_settings known on known.name = split_part(entry, '=', 1) and known.context = 'user'
where s.setdatabase in (0, (select oid from pg_database where datname = current_database()))
  and not r.rolcanlogin
  and known.name not in ('search_path', 'role')
order by s.setdatabase
`;

/** PostgREST's configuration in the database: ALTER ROLE authenticator SET pgrst.…, the role's name being $1. */
export const OPTIONS_QUERY = String.raw`
select split_part(entry, '=', 1) as name, substr(entry, strpos(entry, '=') + 1) as value
from pg_db_role_setting s
join pg_roles r on r.oid = s.setrole and r.rolname = $1
cross join lateral unnest(s.setconfig) as entry
where s.setdatabase in (0, (select oid from pg_database where datname = current_database()))
  and entry like 'pgrst.%'
order by s.setdatabase
`;
