import { expect, test } from 'vitest';
import { S3Keys } from './keys.ts';

const version = '0b5f3c1e-0000-4000-8000-000000000000';
const keys = new S3Keys('ref/');

test('a key is what storage-api makes of bucket, name and version', () => {
  expect(keys.file({ bucket: 'docs', name: 'a/b c.txt', version })).toBe(`ref/docs/a/b c.txt/${version}`);
});

test('segments that mean something in a path do not', () => {
  expect(keys.file({ bucket: '..', name: './a/../b', version })).toBe(`ref/%2E%2E/%2E/a/%2E%2E/b/${version}`);
  expect(keys.file({ bucket: 'a', name: '.../..b', version })).toBe(`ref/a/.../..b/${version}`);
});

test('no key is longer than S3 allows, and no two names share one', () => {
  const names = ['n'.repeat(1024), `${'n'.repeat(1023)}m`, 'ö'.repeat(1000)];
  const long = names.map((name) => keys.file({ bucket: 'docs', name, version }));
  for (const key of long) expect(Buffer.byteLength(key)).toBeLessThanOrEqual(1024);
  expect(new Set(long).size).toBe(names.length);
});

test('the sweep knows files from uploads under way and from what others keep there', () => {
  expect(keys.versionOf(keys.file({ bucket: 'docs', name: 'a/b', version }))).toBe(version);
  for (const key of [
    keys.uploadNote(version),
    keys.uploadTail(version, 0),
    `${keys.uploads}${version}`,
    `ref/docs/a/${version}.info`,
    'ref/docs/a',
    '',
  ])
    expect(keys.versionOf(key)).toBeUndefined();
});
