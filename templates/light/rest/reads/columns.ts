import type { IntrospectResult } from '@supabase/lite';

/** Types of a relation's columns, as Postgres calls them. */
export type ColumnTypes = ReadonlyMap<string, string>;

const relations = new WeakMap<IntrospectResult, ReadonlyMap<string, ColumnTypes>>();

/** The columns of a table or view, if there is one of that name. */
export function columnsOf(schema: IntrospectResult, relation: string): ColumnTypes | undefined {
  const known = relations.get(schema) ?? gather(schema);
  relations.set(schema, known);
  return known.get(relation);
}

function gather({ columns }: IntrospectResult): ReadonlyMap<string, ColumnTypes> {
  const gathered = new Map<string, Map<string, string>>();
  for (const { table, name, pg_type: type } of columns) {
    const known = gathered.get(table) ?? new Map<string, string>();
    gathered.set(table, known.set(name, type ?? ''));
  }
  return gathered;
}
