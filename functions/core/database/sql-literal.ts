import type { Json } from '../kernel/json.ts';

/** A literal of no type yet, so that Postgres gives it the type of the place where it stands, as it does a parameter. */
export function literalOf(value: Json): string {
  const text = textOf(value);
  if (text === null) return 'null';
  // Backslashes are written twice so that it means the same whatever standard_conforming_strings says.
  return `E'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}

/** As node-postgres sends a value: arrays in Postgres's notation, other structures as JSON. */
function textOf(value: Json): string | null {
  if (value === null) return null;
  if (typeof value === 'string') return value;
  if (isArray(value)) return `{${value.map(elementOf).join(',')}}`;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function elementOf(value: Json): string {
  if (isArray(value)) return textOf(value) ?? 'NULL';
  const text = textOf(value);
  return text === null ? 'NULL' : `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

const isArray = (value: Json): value is readonly Json[] => Array.isArray(value);
