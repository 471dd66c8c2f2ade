import { expect, test } from 'vitest';
import { hashCode, randomCode } from './one-time-token.ts';

test('codes have six digits', () => {
  for (let count = 0; count < 1000; count += 1) expect(randomCode()).toMatch(/^\d{6}$/);
});

test('a code’s hash is that of address and code, in whatever case the address comes', () => {
  // printf 'ada@a.test123456' | sha256sum
  const known = '6592a2f45f6f17dc8e419ba35456fb1d136439e6cf9e650ae464a3bf4305be47';
  expect(hashCode('ada@a.test', '123456')).toBe(known);
  expect(hashCode('Ada@A.test', '123456')).toBe(known);
});
