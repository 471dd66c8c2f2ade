import type { SupabaseClient } from '@supabase/supabase-js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { postgresAvailable } from '../database/cluster.ts';
import { type StorageProject, startStorage } from './storage-project.ts';

const NAMES = [
  'a.txt',
  'b.txt',
  'dir/one.txt',
  'dir/two.txt',
  'dir/deep/three.txt',
  'Dir2/x.txt',
  'dirt.txt',
  'e_f/g.txt',
  'eXf/g.txt',
];

describe.runIf(postgresAvailable)('listings of storage', () => {
  let project: StorageProject;
  let service: SupabaseClient;
  const bucket = () => service.storage.from('docs');
  type ListOptions = Parameters<ReturnType<typeof bucket>['list']>[1];
  type PageOptions = Parameters<ReturnType<typeof bucket>['listV2']>[0];

  beforeAll(async () => {
    project = await startStorage();
    service = project.client('SERVICE_ROLE_KEY');
    await service.storage.createBucket('docs');
    for (const name of NAMES) await bucket().upload(name, name);
  });

  afterAll(() => project[Symbol.asyncDispose]());

  async function level(path: string, options?: ListOptions) {
    const { data, error } = await bucket().list(path, options);
    return error ?? data.map(({ name, id }) => (id === null ? `${name}/` : name));
  }

  async function pages(options: PageOptions) {
    const found: { folders: string[]; objects: string[] }[] = [];
    let cursor: string | undefined;
    do {
      const { data, error } = await bucket().listV2({
        ...options,
        ...(cursor === undefined ? {} : { cursor }),
      });
      if (error !== null) throw error;
      found.push({
        folders: data.folders.map(({ name }) => name),
        objects: data.objects.map(({ name }) => name),
      });
      expect(data.hasNext).toBe(data.nextCursor !== undefined);
      cursor = data.nextCursor;
    } while (cursor !== undefined);
    return found;
  }

  const entries = async (options: PageOptions) =>
    (await pages(options)).flatMap(({ folders, objects }) => [...folders, ...objects]);

  test('show one level, folders without an id', async () => {
    expect(await level('')).toEqual(['a.txt', 'b.txt', 'dir/', 'Dir2/', 'dirt.txt', 'e_f/', 'eXf/']);
    expect(await level('dir')).toEqual(['deep/', 'one.txt', 'two.txt']);
    expect(await level('dir/')).toEqual(['deep/', 'one.txt', 'two.txt']);
    expect(await level('missing')).toEqual([]);
    const { data } = await bucket().list('dir');
    expect(data?.[0]).toEqual({
      name: 'deep',
      id: null,
      updated_at: null,
      created_at: null,
      last_accessed_at: null,
      metadata: null,
    });
    expect(data?.[1]).toMatchObject({ metadata: { size: 11, mimetype: 'text/plain;charset=UTF-8' } });
  });

  test('by page, by order, by search', async () => {
    expect(await level('', { limit: 2, offset: 1 })).toEqual(['b.txt', 'dir/']);
    expect(await level('', { sortBy: { order: 'desc' }, limit: 2 })).toEqual(['eXf/', 'e_f/']);
    expect(await level('dir', { sortBy: { column: 'created_at', order: 'desc' } })).toEqual([
      'deep/',
      'two.txt',
      'one.txt',
    ]);
    expect(await level('', { search: 'di' })).toEqual(['dir/', 'Dir2/', 'dirt.txt']);
    expect(await level('', { search: '%' })).toEqual([]);
    expect(await level('', { search: 'e_' })).toEqual(['e_f/']);
    expect(await level('dir/one.txt', { exactMatch: true })).toEqual(['one.txt']);
    expect(await level('dir', { exactMatch: true })).toEqual([]);
    expect(await level('', { noncurrentVersions: 'only' })).toEqual([]);
    expect(await level('', { deleteMarkers: 'include', limit: 1 })).toEqual(['a.txt']);
  });

  test('with cursors show every name once, in any order', async () => {
    const sorted = NAMES.toSorted();
    expect(await entries({ limit: 2 })).toEqual(sorted);
    expect(await entries({ limit: 4, sortBy: { column: 'name', order: 'desc' } })).toEqual(
      sorted.toReversed(),
    );
    for (const column of ['created_at', 'updated_at'] as const) {
      expect(await entries({ limit: 2, sortBy: { column } })).toEqual(NAMES);
      expect(await entries({ limit: 2, sortBy: { column, order: 'desc' } })).toEqual(NAMES.toReversed());
    }
    expect(await entries({ prefix: 'dir' })).toEqual(sorted.filter((name) => name.startsWith('dir')));
    expect(await entries({ prefix: 'e_f' })).toEqual(['e_f/g.txt']);
    expect(await entries({ prefix: 'dir/one.txt', exactMatch: true })).toEqual(['dir/one.txt']);
    expect(await entries({ prefix: 'dir', exactMatch: true })).toEqual([]);
    expect(await entries({ deleteMarkers: 'only' })).toEqual([]);
  });

  test('with cursors and a delimiter show folders apart, each once', async () => {
    const folders = ['Dir2/', 'dir/', 'eXf/', 'e_f/'];
    expect(await pages({ with_delimiter: true })).toEqual([
      { folders, objects: ['a.txt', 'b.txt', 'dirt.txt'] },
    ]);
    expect(await entries({ with_delimiter: true, limit: 1 })).toEqual([
      'Dir2/',
      'a.txt',
      'b.txt',
      'dir/',
      'dirt.txt',
      'eXf/',
      'e_f/',
    ]);
    expect(await entries({ with_delimiter: true, prefix: 'dir/', limit: 2 })).toEqual([
      'dir/deep/',
      'dir/one.txt',
      'dir/two.txt',
    ]);
    expect(await entries({ with_delimiter: true, prefix: 'dir', limit: 2 })).toEqual(['dir/', 'dirt.txt']);
    const byAge = await entries({
      with_delimiter: true,
      limit: 1,
      sortBy: { column: 'created_at', order: 'desc' },
    });
    expect(byAge).toEqual(['eXf/', 'e_f/', 'dirt.txt', 'Dir2/', 'dir/', 'b.txt', 'a.txt']);
    const { data } = await bucket().listV2({ with_delimiter: true, prefix: 'dir/' });
    expect(data?.folders).toMatchObject([{ key: 'deep', name: 'dir/deep/' }]);
    expect(data?.objects[0]).toMatchObject({ key: 'one.txt', name: 'dir/one.txt', metadata: { size: 11 } });
  });

  test('refuse what is no option', async () => {
    const refused = async (path: string, body: object) => {
      const response = await project.storage('POST', path, { body: JSON.stringify(body) });
      return [response.status, await response.json()];
    };
    for (const body of [
      {},
      { prefix: 1 },
      { prefix: '', limit: 0 },
      { prefix: '', offset: -1 },
      { prefix: '', sortBy: { column: 'id; drop table' } },
    ])
      expect(await refused('/object/list/docs', body)).toMatchObject([400, { code: 'InvalidRequest' }]);
    for (const cursor of [
      'rubbish',
      Buffer.from('{"name":1}').toString('base64url'),
      Buffer.from('{"name":"a","stamp":"x","column":"name","order":"asc"}').toString('base64url'),
    ])
      expect(await refused('/object/list-v2/docs', { cursor })).toMatchObject([
        400,
        { code: 'InvalidParameter' },
      ]);
    const stamp = Buffer.from('{"name":"a","stamp":"x","column":"created_at","order":"asc"}').toString(
      'base64url',
    );
    expect(await refused('/object/list-v2/docs', { cursor: stamp })).toMatchObject([
      400,
      { code: 'InvalidParameter' },
    ]);
  });
});
