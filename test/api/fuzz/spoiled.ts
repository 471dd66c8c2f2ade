import * as fc from 'fast-check';
import type { Json } from '../../../functions/core/kernel/json.ts';

/** Stands for lists in lists, so many that a program that goes down into them runs out of stack. */
const DEEP = 'lists in lists';
const DEPTH = 20_000;

/** As it is sent. */
export function jsonText(value: Json): string {
  return JSON.stringify(value).replaceAll(JSON.stringify(DEEP), '['.repeat(DEPTH) + ']'.repeat(DEPTH));
}

/** What programs have stumbled over. */
const NASTY_TEXTS: readonly string[] = [
  ['', ' ', '\u0000', 'a\u0000b', '\u0001\u001b[31m', '\r\nx: y', '\ud800', '\udc00a', '\ufeff', '\u202e'],
  ['💥', 'ﬃ', 'İ', 'a\u0301'.repeat(50), '１２', 'NaN', 'Infinity', '1e999', '0x10', 'null', 'undefined'],
  ['constructor', '__proto__', 'toString', 'hasOwnProperty', '../../etc/passwd', '/', '\\', '%00', '%', '#'],
  ["'; drop table x; --", '$$', '$1', '{{x}}', '<script>', 'x'.repeat(300), 'x'.repeat(100_000)],
  ['9999-99-99T99:99:99Z', '+275760-09-13T00:00:00Z', '256.1.1.1/33', '::/129', 'http://[', 'https://a b'],
].flat();
const NUMBERS: readonly Json[] = [0, -0, -1, 1.5, 2 ** 31, 2 ** 53, 1e308, -1e308];
const LISTS: readonly Json[] = [[], [[]], [null], ['a'], [{}], DEEP, [DEEP]];
const OBJECTS: readonly Json[] = [{}, { '': '' }, { length: -1 }, { toString: 1 }, { a: DEEP, role: 'anon' }];

export const nastyValues: fc.Arbitrary<Json> = fc.oneof(
  fc.constantFrom(...NASTY_TEXTS),
  fc.constantFrom(null, true, ...NUMBERS, ...LISTS, ...OBJECTS),
  fc.string({ unit: 'binary' }),
);

/** Such text as can be part of a URL, once it is encoded. */
export const nastyTexts: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...NASTY_TEXTS),
  fc.string({ unit: 'binary' }),
);

type Change = 'replace' | 'remove' | 'add' | 'wrap';

/** A value that was right, changed in one to three places. */
export function spoiled(values: fc.Arbitrary<Json>): fc.Arbitrary<Json> {
  const change = fc.record({
    at: fc.nat(),
    change: fc.constantFrom<Change>('replace', 'replace', 'remove', 'add', 'wrap'),
    nasty: nastyValues,
    key: fc.oneof(fc.constantFrom('__proto__', 'constructor', 'extra', '', '\u0000'), fc.string()),
  });
  return fc
    .tuple(values, fc.array(change, { minLength: 1, maxLength: 3 }))
    .map(([value, changes]) =>
      changes.reduce((before, { at, ...how }) => changed(before, at % placesIn(before), how), value),
    );
}

interface How {
  readonly change: Change;
  readonly nasty: Json;
  readonly key: string;
}

const REMOVED = Symbol('removed');

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);

function placesIn(value: Json): number {
  if (typeof value !== 'object' || value === null) return 1;
  return Object.values(value).reduce<number>((sum, part: Json) => sum + placesIn(part), 1);
}

function changed(value: Json, at: number, how: How): Json {
  const made = replaced(value, at, how);
  return made === REMOVED ? {} : made;
}

/** The value with its part changed that is number `at`, counting itself, what is in its first part, and so on. */
function replaced(value: Json, at: number, how: How): Json | typeof REMOVED {
  if (at === 0) return here(value, how);
  if (typeof value !== 'object' || value === null) return value;
  let left = at - 1;
  const entries = Object.entries(value).flatMap(([key, part]: [string, Json]): [string, Json][] => {
    const places = placesIn(part);
    const mine = left >= 0 && left < places;
    const made = mine ? replaced(part, left, how) : part;
    left -= places;
    return made === REMOVED ? [] : [[key, made]];
  });
  return isList(value) ? entries.map(([, part]) => part) : Object.fromEntries(entries);
}

function here(value: Json, { change, nasty, key }: How): Json | typeof REMOVED {
  switch (change) {
    case 'replace':
      return nasty;
    case 'remove':
      return REMOVED;
    case 'wrap':
      return [value];
    case 'add':
      if (typeof value !== 'object' || value === null) return nasty;
      return isList(value) ? [...value, nasty] : Object.fromEntries([...Object.entries(value), [key, nasty]]);
  }
}
