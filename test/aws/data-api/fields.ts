import type pg from 'pg';

/** A value as the RDS Data API writes it in JSON. */
export type WireField =
  | { readonly isNull: true }
  | { readonly booleanValue: boolean }
  | { readonly longValue: number }
  | { readonly doubleValue: number | string }
  | { readonly stringValue: string }
  | { readonly blobValue: string }
  | { readonly arrayValue: Record<string, readonly (boolean | number | string | null)[]> };

/** Postgres's names of the types that a column can have, by object id. */
export type TypeNames = ReadonlyMap<number, string>;

/** What Aurora cannot send at all. */
export class Unsupported extends Error {}

export function columnOf(field: pg.FieldDef, names: TypeNames) {
  return { name: field.name, label: field.name, typeName: names.get(field.dataTypeID) ?? 'text' };
}

export function fieldOf(
  text: string | null,
  type: string,
  options: { readonly longsAsText: boolean },
): WireField {
  if (text === null) return { isNull: true };
  if (type.startsWith('_')) return { arrayValue: arrayOf(text, type.slice(1)) };
  switch (type) {
    case 'bool':
      return { booleanValue: text === 't' };
    case 'int2':
    case 'int4':
      return { longValue: Number(text) };
    case 'int8':
      return options.longsAsText ? { stringValue: text } : { longValue: Number(text) };
    case 'float4':
    case 'float8':
      return { doubleValue: Number.isFinite(Number(text)) ? Number(text) : text };
    case 'bytea':
      return { blobValue: Buffer.from(text.slice(2), 'hex').toString('base64') };
    case 'timestamptz':
      return { stringValue: text.replace(/\+00$/, '') };
    default:
      return { stringValue: text };
  }
}

function arrayOf(text: string, type: string): Record<string, readonly (boolean | number | string | null)[]> {
  const elements = elementsOf(text);
  const mapped = <T>(convert: (element: string) => T) =>
    elements.map((element) => (element === null ? null : convert(element)));
  if (type === 'bool') return { booleanValues: mapped((element) => element === 't') };
  if (['int2', 'int4', 'int8'].includes(type)) return { longValues: mapped(Number) };
  if (type === 'float4' || type === 'float8') return { doubleValues: mapped(Number) };
  return { stringValues: mapped((element) => element) };
}

/** The elements of an array in Postgres's notation; of one dimension, as Aurora takes no other. */
function elementsOf(text: string): readonly (string | null)[] {
  const inner = text.slice(1, -1);
  if (inner.startsWith('{')) throw new Unsupported('The result contains a multidimensional array.');
  const matches = inner.matchAll(/"((?:[^"\\]|\\.)*)"|([^,]+)/g);
  return [...matches].map(([, quoted, bare]) =>
    quoted === undefined ? (bare === 'NULL' ? null : (bare ?? '')) : quoted.replaceAll(/\\(.)/g, '$1'),
  );
}
