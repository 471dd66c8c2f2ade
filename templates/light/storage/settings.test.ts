import { expect, test } from 'vitest';
import { SettingReader } from '../settings/reader.ts';
import { readStorageSettings } from './settings.ts';

function read(source: Readonly<Record<string, unknown>>) {
  const settings = new SettingReader(source);
  return { ...readStorageSettings(settings), problems: settings.problems };
}

test('files are nowhere, on disk or in S3', () => {
  expect(read({})).toEqual({
    sizeLimit: 52_428_800,
    transforms: true,
    sweepAfterSeconds: 600,
    place: undefined,
    problems: [],
  });
  expect(read({ STORAGE_PATH: '/files' }).place).toEqual({ kind: 'disk', path: '/files' });
  const s3 = { STORAGE_S3_BUCKET: 'b', STORAGE_S3_PREFIX: 'ref', AWS_REGION: 'eu-west-1' };
  expect(read(s3).place).toEqual({
    kind: 's3',
    bucket: 'b',
    prefix: 'ref/',
    region: 'eu-west-1',
    endpoint: undefined,
  });
  const own = { ...s3, STORAGE_S3_PREFIX: 'a/', STORAGE_S3_REGION: 'x', STORAGE_S3_ENDPOINT: 'http://s3' };
  expect(read(own).place).toMatchObject({ prefix: 'a/', region: 'x', endpoint: 'http://s3' });
  expect(read({ STORAGE_S3_BUCKET: 'b' }).place).toMatchObject({ prefix: '' });
});

test('not in both places, and no larger than S3 can copy', () => {
  expect(read({ STORAGE_PATH: '/files', STORAGE_S3_BUCKET: 'b' }).problems).toHaveLength(1);
  expect(read({ FILE_SIZE_LIMIT: 6 * 1024 ** 3 }).problems).toHaveLength(1);
  expect(read({ FILE_SIZE_LIMIT: 0, STORAGE_SWEEP_AFTER: 0 }).problems).toHaveLength(2);
});
