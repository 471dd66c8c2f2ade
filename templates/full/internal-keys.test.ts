import { expect, test } from 'vitest';
import { INTERNAL_KEYS } from '../container.ts';
import { internalKeys } from './internal-keys.ts';

test('a project’s containers have a key for each purpose, always the same one', () => {
  const keys = internalKeys('service-password');
  expect(Object.keys(keys).toSorted()).toEqual([...INTERNAL_KEYS].toSorted());
  expect(internalKeys('service-password')).toEqual(keys);
  // Realtime's AES-128 and Phoenix fail at the start with any other length.
  expect(Buffer.byteLength(keys.realtime_key)).toBe(16);
  expect(Buffer.byteLength(keys.session_key)).toBeGreaterThanOrEqual(64);
});

test('no key tells another, nor the password', () => {
  const values = Object.values(internalKeys('service-password'));
  expect(new Set(values.map((value) => value.slice(0, 16))).size).toBe(values.length);
  expect(Object.values(internalKeys('another-password')).filter((value) => values.includes(value))).toEqual(
    [],
  );
  expect(values.join()).not.toContain('service-password');
});
