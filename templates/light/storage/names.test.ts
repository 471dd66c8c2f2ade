import { expect, test } from 'vitest';
import { checkBucketName, checkNewBucketName, checkObjectName, isFolderPlaceholder } from './names.ts';

test.each([
  ['a', true],
  ["folder/file (1)!-_.*'&$@=;:+,?.txt", true],
  ['../..', true],
  ['a'.repeat(1024), true],
  ['a'.repeat(1025), false],
  ['', false],
  ['ä', false],
  ['a%b', false],
  ['a\\b', false],
  ['a\nb', false],
  ['a\n', false],
  ['a\0', false],
  ['~', false],
  ['<a>', false],
])('%j as the name of an object: %s', (name, valid) => {
  expect(checkObjectName(name)).toMatchObject(
    valid ? { ok: true, value: name } : { failure: { code: 'InvalidKey' } },
  );
});

test.each([
  ['docs', true, true],
  ['My Docs (2)', true, true],
  ['b'.repeat(100), true, true],
  ['b'.repeat(101), false, false],
  ['', false, false],
  ['a/b', false, false],
  ['a\n', false, false],
  // Old ones may be called so.
  [' docs', true, false],
  ['x--table-s3', true, false],
])('%j as the name of a bucket: %s, of a new one: %s', (name, valid, validForNew) => {
  expect([checkBucketName(name).ok, checkNewBucketName(name).ok]).toEqual([valid, validForNew]);
});

test('the placeholder of a folder is told by its name', () => {
  expect(isFolderPlaceholder('a/b/.emptyFolderPlaceholder')).toBe(true);
  expect(isFolderPlaceholder('a/b/file')).toBe(false);
});
