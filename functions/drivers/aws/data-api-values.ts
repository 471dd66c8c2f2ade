import type { ArrayValue, ColumnMetadata, Field } from '@aws-sdk/client-rds-data';
import type { Json } from '../../core/kernel/json.ts';

export type Row = Record<string, Json>;

/** The rows of an answer, under their columns' names: of two columns of one name the last one counts. */
export function rowsOf(
  columns: readonly ColumnMetadata[] = [],
  records: readonly (readonly Field[])[] = [],
): readonly Row[] {
  return records.map((fields) =>
    Object.fromEntries(
      fields.map((field, index) => [nameOf(columns[index]), fieldToJson(field, columns[index]?.typeName)]),
    ),
  );
}

const nameOf = (column: ColumnMetadata | undefined) => column?.label ?? column?.name ?? '?column?';

/** As the local target renders it: integers as numbers while a double holds them, instants in Postgres's own text. */
function fieldToJson(field: Field, type = ''): Json {
  if (field.isNull === true) return null;
  if (field.booleanValue !== undefined) return field.booleanValue;
  if (field.longValue !== undefined) return field.longValue;
  if (field.doubleValue !== undefined) return finite(field.doubleValue);
  if (field.stringValue !== undefined) return textToJson(field.stringValue, type);
  if (field.blobValue !== undefined) return `\\x${Buffer.from(field.blobValue).toString('hex')}`;
  return field.arrayValue === undefined ? null : arrayToJson(field.arrayValue, type.replace(/^_/, ''));
}

const finite = (value: number) => (Number.isFinite(value) ? value : null);

function textToJson(text: string, type: string): Json {
  switch (type) {
    case 'json':
    case 'jsonb':
      return parsed(text);
    // Asked for as text, since a number of the answer is a double by the time that it is here.
    case 'int8':
    case 'bigserial':
      return Number.isSafeInteger(Number(text)) ? Number(text) : text;
    // The Data API gives the time in UTC and does not say so.
    case 'timestamptz':
      return /[+-]\d\d(:?\d\d)?$/.test(text) ? text : `${text}+00`;
    default:
      return text;
  }
}

function parsed(text: string): Json {
  const value: Json = JSON.parse(text);
  return value;
}

function arrayToJson(array: ArrayValue, type: string): Json {
  if (array.booleanValues !== undefined) return array.booleanValues;
  if (array.longValues !== undefined) return array.longValues;
  if (array.doubleValues !== undefined)
    return array.doubleValues.map((value) => (value === null ? null : finite(value)));
  if (array.stringValues !== undefined)
    return array.stringValues.map((value) => (value === null ? null : textToJson(value, type)));
  return (array.arrayValues ?? []).map((value) => (value === null ? null : arrayToJson(value, type)));
}
