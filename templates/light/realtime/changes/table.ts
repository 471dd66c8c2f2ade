import type { Sql } from '../../database/sql.ts';

export interface TableColumn {
  readonly name: string;
  /** Its name in the catalogue, which is what clients are told. */
  readonly type: string;
  /** The type and the type of its arrays, as SQL. */
  readonly sqlType: string;
  readonly sqlArray: string | null;
  /** Whether two values are the same if, and only if, their texts are. */
  readonly isExact: boolean;
  readonly isPrimary: boolean;
  /** Computed from others, and so not in the log before Postgres 18. */
  readonly isGenerated: boolean;
}

export interface Table {
  /** As SQL. */
  readonly name: string;
  readonly hasRowSecurity: boolean;
  readonly columns: readonly TableColumn[];
  /** The columns that a role may select; nothing for a role that there is not. */
  readonly selectable: ReadonlyMap<string, ReadonlySet<string>>;
}

interface Row {
  table: string;
  rls: boolean;
  columns: (TableColumn & { roles: string[] | null })[] | null;
}

/** The table as it is now, and what of it each of the roles may read. */
export async function readTable(sql: Sql, oid: number, roles: readonly string[]): Promise<Table | undefined> {
  const [row] = await sql<Row[]>`
    select format('%I.%I', n.nspname, c.relname) as table, c.relrowsecurity as rls,
      (
        select json_agg(json_build_object(
          'name', a.attname,
          'type', t.typname,
          'sqlType', format('%I.%I', tn.nspname, t.typname),
          'sqlArray', case when arrays.oid is not null then format('%I.%I', an.nspname, arrays.typname) end,
          'isExact', t.typtype = 'e' or tn.nspname = 'pg_catalog' and coalesce(l.collisdeterministic, true)
            and t.typname = any('{bool,int2,int4,int8,oid,uuid,text,varchar,name}'),
          'isPrimary', coalesce(a.attnum = any(i.indkey), false),
          'isGenerated', a.attgenerated <> '',
          'roles', (
            select json_agg(r.rolname) from pg_roles r
            where r.rolname = any(${roles}::text[]) and has_column_privilege(r.oid, c.oid, a.attnum, 'select')
          )
        ) order by a.attnum)
        from pg_attribute a
          join pg_type t on t.oid = a.atttypid
          join pg_namespace tn on tn.oid = t.typnamespace
          left join pg_collation l on l.oid = a.attcollation
          left join pg_type arrays on arrays.oid = t.typarray
          left join pg_namespace an on an.oid = arrays.typnamespace
        where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
      ) as columns
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
      left join pg_index i on i.indrelid = c.oid and i.indisprimary
    where c.oid = ${oid}`;
  if (row === undefined) return undefined;
  const columns = row.columns ?? [];
  const selectable = new Map(
    roles.map((role) => [
      role,
      new Set(columns.filter((column) => column.roles?.includes(role)).map(({ name }) => name)),
    ]),
  );
  return { name: row.table, hasRowSecurity: row.rls, columns, selectable };
}
