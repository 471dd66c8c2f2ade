import { expect, test } from 'vitest';
import { parseExactly } from './exact-json.ts';

test.each([
  '{"id":9007199254740993,"small":1}',
  '[-9223372036854775808,18446744073709551615]',
  '{"price":1234567890.123456789012345,"deep":[{"n":0.12345678901234567890}]}',
  '{"text":"9007199254740993","t":true,"n":null}',
  '{"e":1.2345678901234567e+30}',
])('%s is written as it was read', (json) => {
  expect(JSON.stringify(parseExactly(json))).toBe(json);
});

test('what a double holds is a number', () => {
  expect(
    parseExactly('[1, 2.5, 9007199254740991, 0.1, 1000000000000000000000000, 1.50000000000000000]'),
  ).toEqual([1, 2.5, 9007199254740991, 0.1, 1e24, 1.5]);
});

test('an exact number reads as text', () => {
  const { id } = parseExactly('{"id":9007199254740993}');
  expect(`${id}`).toBe('9007199254740993');
});
