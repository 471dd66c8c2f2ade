import type { Sql } from '../../database/sql.ts';

/** What the JSON of a type's values is like. */
export type Form =
  | 'boolean'
  | 'number'
  | 'json'
  | 'moment'
  | 'text'
  | { readonly elements: Form; readonly delimiter: string }
  | { readonly fields: readonly (readonly [name: string, form: Form])[] };

const FORMS: Readonly<Record<string, Form>> = {
  bool: 'boolean',
  int2: 'number',
  int4: 'number',
  int8: 'number',
  float4: 'number',
  float8: 'number',
  numeric: 'number',
  json: 'json',
  jsonb: 'json',
  date: 'moment',
  timestamp: 'moment',
  timestamptz: 'moment',
};

interface TypeRow {
  oid: number;
  name: string;
  schema: string;
  kind: string;
  base: number;
  element: number;
  delimiter: string;
  fields: { name: string; type: number }[] | null;
}

/** The forms of types, read from the catalogue when they are first met. */
export class ColumnTypes {
  readonly #sql: Sql;
  readonly #forms = new Map<number, Form>();

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** A type that was changed is another one. */
  forget(): void {
    this.#forms.clear();
  }

  async of(types: readonly number[]): Promise<(type: number) => Form> {
    if (types.some((type) => !this.#forms.has(type))) await this.#read(types);
    const forms = new Map(types.map((type) => [type, this.#forms.get(type)]));
    return (type) => forms.get(type) ?? 'text';
  }

  async #read(types: readonly number[]): Promise<void> {
    const sql = this.#sql;
    const rows = await sql<TypeRow[]>`
      with recursive wanted as (
        select unnest(${types}::oid[]) as oid
        union
        select part
        from wanted join pg_type t on t.oid = wanted.oid
          left join pg_attribute a on a.attrelid = t.typrelid and a.attnum > 0 and not a.attisdropped,
          unnest(array[t.typbasetype, t.typelem, a.atttypid]) as part
        where part <> 0
      )
      select t.oid::int8::float8 as oid, t.typname as name, n.nspname as schema, t.typtype as kind,
        t.typbasetype::int8::float8 as base,
        case when t.typcategory = 'A' and t.typlen = -1 then t.typelem::int8::float8 else 0 end as element,
        coalesce(e.typdelim, ',') as delimiter,
        (
          select json_agg(json_build_object('name', a.attname, 'type', a.atttypid::int8) order by a.attnum)
          from pg_attribute a where a.attrelid = t.typrelid and a.attnum > 0 and not a.attisdropped
        ) as fields
      from wanted join pg_type t on t.oid = wanted.oid join pg_namespace n on n.oid = t.typnamespace
        left join pg_type e on e.oid = t.typelem`;
    const known = new Map(rows.map((row) => [row.oid, row]));
    for (const type of known.keys()) this.#forms.set(type, formOf(type, known));
  }
}

function formOf(type: number, known: ReadonlyMap<number, TypeRow>): Form {
  const row = known.get(type);
  if (row === undefined) return 'text';
  if (row.kind === 'd') return formOf(row.base, known);
  if (row.kind === 'c')
    return { fields: (row.fields ?? []).map((field) => [field.name, formOf(field.type, known)] as const) };
  if (row.element !== 0) return { elements: formOf(row.element, known), delimiter: row.delimiter };
  return (row.schema === 'pg_catalog' ? FORMS[row.name] : undefined) ?? 'text';
}
