import { types, type CustomTypesConfig } from 'pg';
import type { Json } from '../../core/kernel/json.ts';

const asText = (text: string): unknown => text;
const TEXT_ARRAY: number = 1009;
// oxlint-disable-next-line typescript/no-unsafe-enum-assignment -- the declared ids lack that of text[]
const asTexts: (text: string) => unknown = types.getTypeParser(TEXT_ARRAY);

/**
 * The types that node-postgres turns into something JSON has no form for, by oid. Rendered as Supabase's
 * postgres-meta does: integers as numbers while a double holds them exactly, instants and intervals in Postgres's
 * own text.
 */
const RENDERED = new Map<number, (text: string) => unknown>([
  [types.builtins.INT8, (text) => (Number.isSafeInteger(Number(text)) ? Number(text) : text)],
  [types.builtins.BYTEA, asText],
  [types.builtins.DATE, asText],
  [types.builtins.INTERVAL, asText],
  [types.builtins.TIMESTAMP, asText],
  [types.builtins.TIMESTAMPTZ, asText],
  // point, circle
  [600, asText],
  [718, asText],
  // Arrays of bytea, interval, point, timestamp, date, timestamptz
  [1001, asTexts],
  [1187, asTexts],
  [1017, asTexts],
  [1115, asTexts],
  [1182, asTexts],
  [1185, asTexts],
]);

export const JSON_TYPES: CustomTypesConfig = {
  getTypeParser: (oid, format) => RENDERED.get(oid) ?? types.getTypeParser(oid, format),
};

/** What node-postgres made of a value, as the JSON it will be sent as; NaN and the infinities have none. */
function toJson(value: unknown): Json {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (Array.isArray(value)) return value.map(toJson);
  if (typeof value === 'object') return rowToJson(value);
  return null;
}

export function rowToJson(row: object): Record<string, Json> {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, toJson(value)]));
}
