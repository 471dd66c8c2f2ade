import type { SupabaseClient } from '@supabase/supabase-js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { postgresAvailable } from '../database/cluster.ts';
import { type StorageProject, startStorage } from './storage-project.ts';

describe.runIf(postgresAvailable)('buckets of storage', () => {
  let project: StorageProject;
  let service: SupabaseClient;

  beforeAll(async () => {
    project = await startStorage({ FILE_SIZE_LIMIT: '2000000' });
    service = project.client('SERVICE_ROLE_KEY');
  });

  afterAll(() => project[Symbol.asyncDispose]());

  test('are created with all that a bucket can have, and got', async () => {
    const options = { public: true, fileSizeLimit: '1MB', allowedMimeTypes: ['image/png', 'text/*'] };
    expect(await service.storage.createBucket('whole', options)).toEqual({
      data: { name: 'whole' },
      error: null,
    });
    const { data } = await service.storage.getBucket('whole');
    expect(data).toMatchObject({
      id: 'whole',
      name: 'whole',
      public: true,
      type: 'STANDARD',
      file_size_limit: 1_000_000,
      allowed_mime_types: ['image/png', 'text/*'],
      created_at: expect.any(String),
      updated_at: expect.any(String),
    });
    await service.storage.createBucket('plain');
    expect((await service.storage.getBucket('plain')).data).toMatchObject({
      public: false,
      file_size_limit: null,
      allowed_mime_types: null,
    });
  });

  test('have a name only once, and a valid one', async () => {
    await service.storage.createBucket('once');
    expect((await service.storage.createBucket('once')).error).toMatchObject({
      status: 400,
      statusCode: '409',
      code: 'BucketAlreadyExists',
      message: 'The resource already exists',
    });
    for (const name of ['a/b', '', ' padded', 'b'.repeat(101), 'ünïcode', 'nul\u0000', 'x--table-s3'])
      expect((await service.storage.createBucket(name)).error).toMatchObject({
        status: 400,
        code: 'InvalidBucketName',
      });
  });

  test('answer with the body that clients of storage-api read', async () => {
    const missing = await project.storage('GET', '/bucket/missing');
    expect([missing.status, await missing.json()]).toEqual([
      400,
      { statusCode: '404', code: 'NoSuchBucket', error: 'Bucket not found', message: 'Bucket not found' },
    ]);
  });

  test('are refused limits the project does not have, and sizes that are none', async () => {
    const create = (fileSizeLimit: string | number) =>
      service.storage.createBucket('limits', { public: false, fileSizeLimit });
    expect((await create(2_000_001)).error).toMatchObject({ code: 'EntityTooLarge', statusCode: '413' });
    expect((await create('3MB')).error).toMatchObject({ code: 'EntityTooLarge' });
    for (const size of ['big', '1.5.2MB', '-1', '1 MB', '1TB'])
      expect((await create(size)).error).toMatchObject({
        code: 'InvalidRequest',
        message: expect.stringContaining('hint'),
      });
    expect((await create(-1)).error).toMatchObject({ code: 'InvalidRequest' });
    const types = await service.storage.createBucket('limits', {
      public: false,
      allowedMimeTypes: ['not a type'],
    });
    expect(types.error).toMatchObject({ code: 'InvalidMimeType', statusCode: '415' });
  });

  test('are listed by page, order and search', async () => {
    for (const name of ['list-b', 'list-a', 'list-C', 'list_100']) await service.storage.createBucket(name);
    const names = async (options: Parameters<typeof service.storage.listBuckets>[0]) =>
      (await service.storage.listBuckets(options)).data?.map(({ name }) => name);
    expect(await names({ search: 'LIST-' })).toEqual(['list-C', 'list-a', 'list-b']);
    expect(await names({ search: 'list-', sortColumn: 'created_at', sortOrder: 'desc' })).toEqual([
      'list-C',
      'list-a',
      'list-b',
    ]);
    expect(await names({ search: 'list', limit: 2, offset: 1 })).toEqual(['list-a', 'list-b']);
    expect(await names({ search: 't_1' })).toEqual(['list_100']);
    expect(await names({ search: 'l_st' })).toEqual([]);
    expect(await names({})).toEqual(expect.arrayContaining(['list-a', 'list_100']));
    const wrong = await project.storage('GET', '/bucket?sortColumn=owner');
    expect([wrong.status, await wrong.json()]).toMatchObject([400, { code: 'InvalidRequest' }]);
  });

  test('change what is named and keep the rest', async () => {
    await service.storage.createBucket('changing', {
      public: false,
      fileSizeLimit: 100,
      allowedMimeTypes: ['a/b'],
    });
    expect(await service.storage.updateBucket('changing', { public: true })).toEqual({
      data: { message: 'Successfully updated' },
      error: null,
    });
    const changed = { public: true, file_size_limit: 100, allowed_mime_types: ['a/b'] };
    expect((await service.storage.getBucket('changing')).data).toMatchObject(changed);
    await service.storage.updateBucket('changing', {
      public: true,
      fileSizeLimit: null,
      allowedMimeTypes: null,
    });
    const freed = { public: true, file_size_limit: null, allowed_mime_types: null };
    expect((await service.storage.getBucket('changing')).data).toMatchObject(freed);
    expect((await service.storage.updateBucket('missing', { public: true })).error).toMatchObject({
      code: 'NoSuchBucket',
    });
    const nothing = await project.storage('PUT', '/bucket/changing', { body: '{}' });
    expect([nothing.status, await nothing.json()]).toMatchObject([400, { message: 'No content provided' }]);
  });

  test('are deleted when empty, and emptied with their files', async () => {
    await service.storage.createBucket('full');
    const before = await project.files();
    for (const name of ['a', 'b/c', 'b/d/e']) await service.storage.from('full').upload(name, name);
    expect(await project.files()).toHaveLength(before.length + 3);
    expect((await service.storage.deleteBucket('full')).error).toMatchObject({
      statusCode: '409',
      code: 'ResourceNotEmpty',
      message: 'The bucket you tried to delete is not empty',
    });
    expect((await service.storage.emptyBucket('full')).error).toBeNull();
    expect(await project.files()).toEqual(before);
    expect(await service.storage.deleteBucket('full')).toEqual({
      data: { message: 'Successfully deleted' },
      error: null,
    });
    expect((await service.storage.emptyBucket('full')).error).toMatchObject({ code: 'NoSuchBucket' });
  });

  test('whoever may read but not delete is told what is left', async () => {
    await service.storage.createBucket('readable');
    for (let number = 0; number < 3; number++)
      await service.storage.from('readable').upload(`${number}`, 'x');
    await project.database.sql(`
      create policy "read buckets" on storage.buckets for select to anon using (id = 'readable');
      create policy "read objects" on storage.objects for select to anon using (bucket_id = 'readable');
      create policy "delete one" on storage.objects for delete to anon using (bucket_id = 'readable' and name = '1')`);
    const emptied = await project.client('ANON_KEY').storage.emptyBucket('readable');
    expect(emptied.error).toMatchObject({
      code: 'AccessDenied',
      message: expect.stringContaining('Cannot delete 2'),
    });
    const { data } = await service.storage.from('readable').list();
    expect(data?.map(({ name }) => name)).toEqual(['0', '2']);
  });

  test('what the light template has not says so', async () => {
    await service.storage.createBucket('modern');
    const rule = {
      status: 'Enabled',
      filter: {},
      noncurrentVersionExpiration: { noncurrentDays: 1 },
    } as const;
    for (const { error } of [
      await service.storage.createBucket('versions', { public: false, versioningStatus: 'ENABLED' }),
      await service.storage.createBucket('analytics', { public: false, type: 'ANALYTICS' }),
      await service.storage.getBucketLifecycle('modern'),
      await service.storage.updateBucketLifecycle('modern', { rules: [rule] }),
      await service.storage.deleteBucketLifecycle('modern'),
    ])
      expect(error).toMatchObject({ status: 400, code: 'FeatureNotEnabled' });
    for (const path of ['/s3/modern', '/s3', '/vector/ListVectorBuckets', '/iceberg/v1/config']) {
      const refused = await project.storage('GET', path);
      expect([refused.status, await refused.json()]).toMatchObject([501, { code: 'NotSupported' }]);
    }
  });

  test('a cache is purged by service_role only', async () => {
    await service.storage.createBucket('cached');
    await service.storage.from('cached').upload('a', 'x');
    expect(await service.storage.purgeBucketCache('cached', { transformations: true })).toEqual({
      data: { message: 'success' },
      error: null,
    });
    expect((await service.storage.from('cached').purgeCache('a')).error).toBeNull();
    expect((await service.storage.from('cached').purgeCache('b')).error).toMatchObject({ code: 'NoSuchKey' });
    const anonymous = await project.client('ANON_KEY').storage.purgeBucketCache('cached');
    expect(anonymous.error).toMatchObject({ code: 'AccessDenied' });
  });

  test('says its version and how it is to anybody', async () => {
    const [version, status] = [
      await fetch(`${project.url}/storage/v1/version`),
      await fetch(`${project.url}/storage/v1/status`),
    ];
    expect(await version.text()).toMatch(/^\d+\.\d+\.\d+$/);
    expect(status.status).toBe(200);
    const health = await fetch(`${project.url}/health`);
    expect(await health.json()).toMatchObject({ services: { storage: { healthy: true } } });
  });
});
