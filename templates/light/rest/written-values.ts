import type { IntrospectResult } from '@supabase/lite';
import { sql } from 'kysely';
import { WireValue } from './wire-value.ts';

export type Columns = IntrospectResult['columns'];
export type Fields = Readonly<Record<string, unknown>>;

const JSON_TYPES = new Set(['json', 'jsonb']);
const TEXT_TYPES = new Set(['text', 'varchar', 'bpchar', 'citext']);

/**
 * Rows to insert, with each value as PostgREST gives it to Postgres. What a row lacks is null, or the column's
 * default if the client prefers that.
 */
export function insertedRows(
  rows: readonly Fields[],
  names: readonly string[],
  columns: Columns,
  absent: 'null' | 'default',
): Fields[] {
  const given = new Set([...names, ...rows.flatMap((row) => Object.keys(row))]);
  // SQL has no rows without columns: one of defaults alone names any column.
  const all = given.size === 0 ? columns.slice(0, 1).map(({ name }) => name) : [...given];
  const lacking = absent === 'default' || given.size === 0 ? sql.raw('default') : null;
  return rows.map((row) => {
    const written = writtenFields(row, columns);
    return Object.fromEntries(all.map((name) => [name, name in written ? written[name] : lacking]));
  });
}

/** Texts go unconverted, and JSON columns get the value itself, whatever it is. */
export function writtenFields(row: Fields, columns: Columns): Fields {
  const types = new Map(columns.map((column) => [column.name, column.pg_type ?? '']));
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name, writtenValue(value, types.get(name) ?? '')]),
  );
}

function writtenValue(value: unknown, type: string): unknown {
  if (value === null) return null;
  if (JSON_TYPES.has(type)) return new WireValue(JSON.stringify(value));
  if (JSON_TYPES.has(type.replace(/^_/, '')) && Array.isArray(value)) return value.map(toJsonText);
  if (typeof value === 'string') return new WireValue(value);
  const isStructure = Array.isArray(value) || isFields(value);
  return isStructure && TEXT_TYPES.has(type) ? new WireValue(JSON.stringify(value)) : value;
}

/** A function's arguments by name; those that it takes as JSON come as JSON texts, strings among them. */
export function writtenArguments(args: Fields, types: ReadonlyMap<string, string>): Fields {
  return Object.fromEntries(
    Object.entries(args).map(([name, value]) => {
      return [name, JSON_TYPES.has(types.get(name) ?? '') ? toJsonText(value) : value];
    }),
  );
}

function toJsonText(value: unknown): string | null {
  return value === null ? null : JSON.stringify(value);
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
