import { expect, test } from 'vitest';
import { hashCode, randomCode } from './one-time-token.ts';

test('codes have six digits', () => {
  for (let count = 0; count < 1000; count += 1) expect(randomCode(6)).toMatch(/^\d{6}$/);
  expect(randomCode(10)).toMatch(/^\d{10}$/);
});

test('a code’s hash is that of address and code, in whatever case the address comes', () => {
  // printf 'ada@a.test123456' | sha224sum
  const known = 'b2465dd264b5f0cded8edf0b0ba1b7861f6ef66d4271e8300993f6fc';
  expect(hashCode('ada@a.test', '123456')).toBe(known);
  expect(hashCode('Ada@A.test', '123456')).toBe(known);
});
