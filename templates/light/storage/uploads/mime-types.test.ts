import { expect, test } from 'vitest';
import { checkAllowedTypes, checkMimeType } from './mime-types.ts';

test.each([
  ['image/png', null, true],
  ['image/png', [], true],
  ['image/png', ['image/png'], true],
  ['IMAGE/PNG', ['image/png'], true],
  ['image/png', ['image/*'], true],
  ['image/png', ['*/*'], true],
  ['text/plain;charset=UTF-8', ['text/plain'], true],
  ['text/plain', ['text/plain; charset=utf-8'], true],
  ['image/png', ['image/jpeg', 'text/*'], false],
  ['image', ['image/*'], false],
  ['image/pngx', ['image/png'], false],
  ['', null, false],
  ['text/plain\r\nset-cookie: a', null, false],
  ['text/ä', null, false],
  ['a/'.padEnd(256, 'b'), null, false],
] as const)('%j where %j is allowed: %s', (type, allowed, valid) => {
  expect(checkMimeType(type, allowed)).toMatchObject(
    valid ? { ok: true } : { failure: { code: 'InvalidMimeType' } },
  );
});

test('a bucket may list types, groups of them, and nothing else', () => {
  expect(
    checkAllowedTypes(['image/png', 'text/*', '*/*', 'application/vnd.x+json', 'a/b; charset=utf-8']).ok,
  ).toBe(true);
  for (const wrong of ['png', 'image/', '/png', 'image/png, text/plain', 'a b/c', 'a/b;c=d'])
    expect(checkAllowedTypes(['image/png', wrong]).ok).toBe(false);
});
