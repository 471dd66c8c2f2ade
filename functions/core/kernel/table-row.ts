import { z } from 'zod';
import type { Json, JsonObject } from './json.ts';
import type { Item, Key, NewItem } from './table.port.ts';

/** An item as drivers store it: flat, with its data as one text, so that a number or an empty key comes back as it was. */
const rowSchema = z.object({
  pk: z.string(),
  sk: z.string(),
  version: z.number(),
  index1pk: z.string().nullable(),
  index1sk: z.string().nullable(),
  index2pk: z.string().nullable(),
  index2sk: z.string().nullable(),
  expires_at: z.number().nullable(),
  data: z.string(),
});

export type Row = z.infer<typeof rowSchema>;

export function rowOf(item: NewItem, version: number): Row {
  return {
    pk: item.pk,
    sk: item.sk,
    version,
    index1pk: item.index1?.pk ?? null,
    index1sk: item.index1?.sk ?? null,
    index2pk: item.index2?.pk ?? null,
    index2sk: item.index2?.sk ?? null,
    expires_at: item.expires_at ?? null,
    data: JSON.stringify(item.data),
  };
}

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parseData(json: string): JsonObject {
  const value: Json = JSON.parse(json);
  if (!isObject(value)) throw new TypeError('An item of the table holds no JSON object');
  return value;
}

function keyOf(pk: string | null, sk: string | null): Key | undefined {
  return pk === null || sk === null ? undefined : { pk, sk };
}

/** Of a row as it came back from the store. */
export function itemOf(stored: unknown): Item {
  const row = rowSchema.parse(stored);
  const index1 = keyOf(row.index1pk, row.index1sk);
  const index2 = keyOf(row.index2pk, row.index2sk);
  return {
    pk: row.pk,
    sk: row.sk,
    version: row.version,
    ...(index1 && { index1 }),
    ...(index2 && { index2 }),
    ...(row.expires_at !== null && { expires_at: row.expires_at }),
    data: parseData(row.data),
  };
}
