import type { Form } from './column-types.ts';
import { type RowChange, sizeOf, valueIn } from './row-change.ts';
import type { Table } from './table.ts';
import { jsonOf } from './value-json.ts';

/** Realtime's limit of a change, and of a value of one that is beyond it. */
const MOST_BYTES = 1024 * 1024;
const MOST_VALUE_BYTES = 64;

const TOO_LARGE = 'Error 413: Payload Too Large';

/** The change as JSON, in Realtime's form, with the columns that are told. `rest` has the JSON of what the log lacks. */
export function changeJson(
  change: RowChange,
  {
    table,
    formOf,
    tells,
    rest,
  }: {
    readonly table: Table;
    readonly formOf: (type: number) => Form;
    readonly tells: (column: string) => boolean;
    readonly rest: ReadonlyMap<string, string>;
  },
): string {
  const { relation, type, row, old } = change;
  const isTooLarge = sizeOf(change) > MOST_BYTES;
  const members = (valueAt: (at: number) => string | null | undefined, more: ReadonlyMap<string, string>) => {
    const texts = new Map(more);
    relation.columns.forEach((column, at) => {
      const value = valueAt(at);
      if (value !== undefined) texts.set(column.name, jsonOf(value, formOf(column.type)));
    });
    const told = [...texts].filter(
      ([name, json]) => tells(name) && !(isTooLarge && Buffer.byteLength(json) > MOST_VALUE_BYTES),
    );
    return `{${told.map(([name, json]) => `${JSON.stringify(name)}:${json}`).join()}}`;
  };
  const primary = new Set(table.columns.filter(({ isPrimary }) => isPrimary).map(({ name }) => name));
  // Nobody can be asked whether they saw a row that is gone: its key says no more than that there was one.
  const hidesOld = type === 'DELETE' && table.hasRowSecurity;
  const oldAt = (at: number) =>
    hidesOld && !primary.has(relation.columns[at]?.name ?? '') ? undefined : old?.[at];
  return record(change, {
    columns: JSON.stringify(
      table.columns
        .filter(({ name }) => tells(name))
        .map((column) => ({ name: column.name, type: column.type })),
    ),
    record: row === undefined ? undefined : members((at) => valueIn(change, at), rest),
    oldRecord: type === 'INSERT' ? undefined : members(oldAt, new Map()),
    errors: isTooLarge ? [TOO_LARGE] : null,
  });
}

/** A change of which no more is told than that it could not be told. */
export function failureJson(change: RowChange, error: string): string {
  return record(change, {
    columns: '[]',
    record: change.row === undefined ? undefined : '{}',
    oldRecord: change.type === 'INSERT' ? undefined : '{}',
    errors: [error],
  });
}

function record(
  { relation, type, committedAt }: RowChange,
  parts: {
    readonly columns: string;
    readonly record: string | undefined;
    readonly oldRecord: string | undefined;
    readonly errors: readonly string[] | null;
  },
): string {
  const head = `"schema":${JSON.stringify(relation.schema)},"table":${JSON.stringify(relation.table)}`;
  return [
    `{${head},"commit_timestamp":"${committedAt}","type":"${type}","columns":${parts.columns}`,
    ...(parts.record === undefined ? [] : [`"record":${parts.record}`]),
    ...(parts.oldRecord === undefined ? [] : [`"old_record":${parts.oldRecord}`]),
    `"errors":${JSON.stringify(parts.errors)}}`,
  ].join();
}
