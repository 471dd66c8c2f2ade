import type { Caller, CallerSessions } from '../rights/caller-sessions.ts';
import type { Relation } from './pgoutput.ts';
import { type RowChange, valueIn } from './row-change.ts';
import type { Table } from './table.ts';

/** JSON of columns that the log lacks, by their names. */
type Rest = ReadonlyMap<string, string>;

/** The columns that the log does not have of these changes: computed ones, and long ones that have stayed the same. */
export function unknownColumns(
  table: Table,
  { columns }: Relation,
  changes: readonly RowChange[],
): readonly string[] {
  return table.columns
    .map(({ name }) => name)
    .filter((name) => {
      const at = columns.findIndex((column) => column.name === name);
      return changes.some((change) => change.row !== undefined && valueIn(change, at) === undefined);
    });
}

/**
 * Which of the changed rows the caller sees now, by their primary keys, in one query; and what of each the log lacks.
 * Postgres applies the policies.
 */
export async function visibleRows(
  sessions: CallerSessions,
  caller: Caller,
  {
    table,
    relation,
    changes,
  }: { readonly table: Table; readonly relation: Relation; readonly changes: readonly RowChange[] },
  unknown: readonly string[],
): Promise<ReadonlyMap<RowChange, Rest>> {
  const keys = table.columns.filter(({ isPrimary }) => isPrimary);
  const arrays = keys.map(({ name }) => {
    const at = relation.columns.findIndex((column) => column.name === name);
    return changes.map((change) => valueIn(change, at) ?? null);
  });
  const names = unknown.filter((name) => table.selectable.get(caller.role)?.has(name));
  const rows = await sessions.read(caller, {
    text: `select k.n::int4 as n${names.map((name, at) => `, to_jsonb(t.${quoted(name)})::text as c${at}`).join('')}
      from unnest(${keys.map(({ sqlType }, at) => `$${at + 1}::${sqlType}[]`).join(', ')})
        with ordinality as k (${[...keys.map((_, at) => `k${at}`), 'n'].join(', ')})
      join ${table.name} as t on ${keys.map(({ name }, at) => `t.${quoted(name)} = k.k${at}`).join(' and ')}`,
    values: arrays,
  });
  const visible = new Map<RowChange, Rest>();
  for (const row of rows) {
    const change = changes[Number(row['n']) - 1];
    const rest = names.map((name, at) => {
      const json = row[`c${at}`];
      return [name, typeof json === 'string' ? json : 'null'] as const;
    });
    if (change !== undefined) visible.set(change, new Map(rest));
  }
  return visible;
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
