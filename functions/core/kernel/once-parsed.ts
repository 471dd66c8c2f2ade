import type { z } from 'zod';
import type { JsonObject } from './json.ts';

/** Parses each object once: the data of an item that has not changed is the same object whenever it is read. */
export function onceParsed<T extends object>(schema: z.ZodType<T>): (data: JsonObject) => T {
  const parsed = new WeakMap<JsonObject, T>();
  return (data) => {
    const known = parsed.get(data);
    if (known !== undefined) return known;
    const value = schema.parse(data);
    parsed.set(data, value);
    return value;
  };
}
