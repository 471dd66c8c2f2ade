import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SupabaseClient } from '@supabase/supabase-js';
import { afterAll, beforeAll, describe, expect, test, onTestFinished } from 'vitest';
import { postgresAvailable } from '../database/cluster.ts';
import type { Settings } from './running-project.ts';
import type { StorageProject } from './storage-project.ts';

const UUID = expect.stringMatching(/^[0-9a-f-]{36}$/);

/** What clients rely on wherever files are. */
export function objectsContract(where: string, start: (settings: Settings) => Promise<StorageProject>): void {
  describe.runIf(postgresAvailable)(`objects of storage ${where}`, () => {
    let project: StorageProject;
    let service: SupabaseClient;
    const bucket = () => service.storage.from('docs');
    const text = async (path: string) => (await bucket().download(path)).data?.text();

    beforeAll(async () => {
      project = await start({});
      service = project.client('SERVICE_ROLE_KEY');
      await service.storage.createBucket('docs');
      await service.storage.createBucket('other');
      await service.storage.createBucket('open', { public: true });
    });

    afterAll(() => project[Symbol.asyncDispose]());

    test.each([
      ['a string', () => 'content'],
      ['a Buffer', () => Buffer.from('content')],
      ['an ArrayBuffer', () => new Uint8Array(Buffer.from('content')).buffer],
      ['a view', () => new Uint8Array(Buffer.from('content'))],
      ['a Blob', () => new Blob(['content'])],
      ['a File', () => new File(['content'], 'named.txt')],
      [
        'a form',
        () => {
          const form = new FormData();
          form.append('anything', new Blob(['content']), 'named.txt');
          form.append('cacheControl', '60');
          return form;
        },
      ],
      ['a web stream', () => new Blob(['con', 'tent']).stream()],
      [
        'a Node stream',
        async () => {
          const folder = await mkdtemp(join(tmpdir(), 'upload-'));
          onTestFinished(() => rm(folder, { recursive: true }));
          const path = join(folder, 'file');
          await writeFile(path, 'content');
          return createReadStream(path);
        },
      ],
    ])('%s is uploaded and downloaded', async (kind, make) => {
      const path = `kinds/${kind}.txt`;
      const { data, error } = await bucket().upload(path, await make());
      expect({ data, error }).toEqual({ data: { id: UUID, path, fullPath: `docs/${path}` }, error: null });
      expect(await text(path)).toBe('content');
    });

    test('carries type, caching, encoding and metadata of its uploader', async () => {
      const options = {
        contentType: 'text/x-own',
        cacheControl: '120',
        contentEncoding: 'identity',
        metadata: { of: 'mine', deep: { list: [1] } },
      };
      await bucket().upload('described', 'raw', options);
      await bucket().upload('described-form', new Blob(['raw'], { type: 'text/x-own' }), options);
      for (const path of ['described', 'described-form']) {
        const { data } = await bucket().info(path);
        expect(data).toMatchObject({
          id: UUID,
          version: UUID,
          name: path,
          bucketId: 'docs',
          size: 3,
          contentType: 'text/x-own',
          cacheControl: 'max-age=120',
          contentEncoding: 'identity',
          metadata: options.metadata,
          etag: `"${createHash('md5').update('raw').digest('hex')}"`,
          lastModified: expect.any(String),
          createdAt: expect.any(String),
        });
        const response = await project.storage('GET', `/object/docs/${path}`);
        expect(Object.fromEntries(response.headers)).toMatchObject({
          'content-type': 'text/x-own',
          'cache-control': 'max-age=120',
          'content-length': '3',
        });
      }
    });

    test('is there once unless told to replace, and then the old file is gone', async () => {
      await bucket().upload('once', 'first');
      expect((await bucket().upload('once', 'second')).error).toMatchObject({
        status: 400,
        statusCode: '409',
        code: 'KeyAlreadyExists',
        message: 'The resource already exists',
      });
      expect(await text('once')).toBe('first');
      const before = await project.files();
      expect((await bucket().upload('once', 'third', { upsert: true })).error).toBeNull();
      expect(await text('once')).toBe('third');
      expect((await bucket().update('once', 'fourth')).error).toBeNull();
      expect(await text('once')).toBe('fourth');
      expect((await bucket().update('not-yet', 'made')).error).toBeNull();
      expect(await project.files()).toHaveLength(before.length + 1);
    });

    test('exists or does not', async () => {
      await bucket().upload('existing', 'x');
      expect(await bucket().exists('existing')).toEqual({ data: true, error: null });
      expect(await bucket().exists('missing')).toMatchObject({ data: false, error: { code: 'NoSuchKey' } });
      const [there, missing] = [
        await project.storage('HEAD', '/object/docs/existing'),
        await project.storage('HEAD', '/object/docs/missing'),
      ];
      expect([there.status, there.headers.get('content-length'), missing.status]).toEqual([200, '1', 400]);
    });

    test('is asked for by version, of which there is one', async () => {
      await bucket().upload('versioned', 'x');
      const { data } = await bucket().info('versioned');
      const versionId = data?.version ?? '';
      const other = { versionId: 'a7b1f6a4-0000-4000-8000-000000000000' };
      expect(await (await bucket().download('versioned', { versionId })).data?.text()).toBe('x');
      for (const { error } of [
        await bucket().download('versioned', other),
        await bucket().info('versioned', other),
        await bucket().createSignedUrl('versioned', 60, other),
        await bucket().copy('versioned', 'elsewhere', { sourceVersionId: other.versionId }),
        await bucket().move('versioned', 'elsewhere', { sourceVersionId: other.versionId }),
      ])
        expect(error).not.toBeNull();
      expect((await bucket().remove([{ path: 'versioned', ...other }])).data).toEqual([]);
      expect((await bucket().remove([{ path: 'versioned', versionId }])).data).toHaveLength(1);
    });

    test('is copied with or without its metadata, into another bucket too', async () => {
      await bucket().upload('copied', 'content', {
        contentType: 'text/x',
        metadata: { a: 1 },
        cacheControl: '5',
      });
      expect(await bucket().copy('copied', 'copies/one')).toEqual({
        data: { path: 'docs/copies/one' },
        error: null,
      });
      expect((await bucket().copy('copied', 'two', { destinationBucket: 'other' })).data?.path).toBe(
        'other/two',
      );
      const [one, two] = [await bucket().info('copies/one'), await service.storage.from('other').info('two')];
      expect(one.data).toMatchObject({
        contentType: 'text/x',
        metadata: { a: 1 },
        cacheControl: 'max-age=5',
      });
      expect(two.data?.etag).toBe(one.data?.etag);
      const metadata = { mimetype: 'text/y', cacheControl: 'no-store' };
      await bucket().copy('copied', 'copies/three', { copyMetadata: false, metadata });
      const three = (await bucket().info('copies/three')).data;
      expect(three).toMatchObject({ contentType: 'text/y', cacheControl: 'no-store', metadata: null });
      expect((await bucket().copy('copied', 'copies/one')).error).toMatchObject({ code: 'KeyAlreadyExists' });
      expect((await bucket().copy('missing', 'copies/x')).error).toMatchObject({ code: 'NoSuchKey' });
      const nowhere = await bucket().copy('copied', 'x', { destinationBucket: 'missing' });
      expect(nowhere.error).toMatchObject({ code: 'NoSuchBucket' });
      await bucket().remove(['copied']);
      expect(await text('copies/one')).toBe('content');
    });

    test('is moved, into another bucket too, and nothing stays behind', async () => {
      await bucket().upload('moving', 'content', { metadata: { a: 1 } });
      const { id, createdAt } = (await bucket().info('moving')).data ?? {};
      const before = await project.files();
      expect((await bucket().move('moving', 'moved/here')).data).toMatchObject({
        message: 'Successfully moved',
      });
      expect((await bucket().move('moved/here', 'there', { destinationBucket: 'other' })).error).toBeNull();
      expect(await project.files()).toHaveLength(before.length);
      expect((await bucket().exists('moving')).data).toBe(false);
      const moved = await service.storage.from('other').info('there');
      expect(moved.data).toMatchObject({ id, createdAt, metadata: { a: 1 } });
      expect(await (await service.storage.from('other').download('there')).data?.text()).toBe('content');
      await bucket().upload('taken', 'x');
      await bucket().upload('mover', 'y');
      expect((await bucket().move('mover', 'taken')).error).toMatchObject({ code: 'KeyAlreadyExists' });
      expect((await bucket().move('mover', 'mover')).error).toBeNull();
      expect((await bucket().move('missing', 'x')).error).toMatchObject({ code: 'NoSuchKey' });
      expect((await bucket().move('mover', 'x', { destinationBucket: 'missing' })).error).toMatchObject({
        statusCode: '404',
      });
      expect(await text('mover')).toBe('y');
    });

    test('is removed among others, with its file', async () => {
      const before = await project.files();
      const names = Array.from({ length: 5 }, (_, number) => `removed/${number}`);
      for (const name of names) await bucket().upload(name, name);
      const { data } = await bucket().remove([...names.slice(1), 'removed/missing']);
      expect(data?.map(({ name }) => name).toSorted()).toEqual(names.slice(1));
      expect(data?.[0]).toMatchObject({ bucket_id: 'docs', id: UUID, metadata: { size: 9 } });
      expect(await project.files()).toHaveLength(before.length + 1);
      const single = await project.storage('DELETE', '/object/docs/removed/0');
      expect(await single.json()).toEqual({ message: 'Successfully deleted' });
      expect(await (await project.storage('DELETE', '/object/docs/removed/0')).json()).toMatchObject({
        code: 'NoSuchKey',
      });
      const none = await bucket().remove([]);
      expect(none.error).toMatchObject({ code: 'InvalidRequest' });
      const many = await bucket().remove(Array.from({ length: 1001 }, (_, number) => `${number}`));
      expect(many.error).toMatchObject({ code: 'InvalidRequest' });
    });

    test('of a public bucket is everybody’s, by its public URL', async () => {
      await service.storage.from('open').upload('dir/all of us.txt', 'for all');
      const { publicUrl } = service.storage.from('open').getPublicUrl('dir/all of us.txt').data;
      expect(await (await fetch(publicUrl)).text()).toBe('for all');
      const named = service.storage
        .from('open')
        .getPublicUrl('dir/all of us.txt', { download: 'Übung.txt' }).data;
      const download = await fetch(named.publicUrl);
      expect(download.headers.get('content-disposition')).toBe(
        "attachment; filename=%C3%9Cbung.txt; filename*=UTF-8''%C3%9Cbung.txt;",
      );
      expect((await fetch(publicUrl.replace('/open/', '/docs/'))).status).toBe(400);
      const anonymous = project.client('ANON_KEY').storage.from('open');
      expect((await anonymous.download('dir/all of us.txt')).error).toBeNull();
      expect((await anonymous.info('dir/all of us.txt')).error).toBeNull();
      expect((await anonymous.list('dir')).data).toEqual([]);
      expect((await anonymous.upload('mine', 'x')).error).toMatchObject({ code: 'AccessDenied' });
    });

    test('an empty one, and the placeholder of an empty folder', async () => {
      expect((await bucket().upload('empty', '')).error).toBeNull();
      expect((await bucket().download('empty')).data?.size).toBe(0);
      expect((await bucket().upload('folder/.emptyFolderPlaceholder', new Blob([]))).error).toBeNull();
      expect((await bucket().upload('folder2/.emptyFolderPlaceholder', 'not empty')).error).toMatchObject({
        code: 'EntityTooLarge',
      });
    });

    test('as a stream', async () => {
      await bucket().upload('streamed', 'x'.repeat(1_000_000));
      const { data } = await bucket().download('streamed').asStream();
      expect(await new Response(data).text()).toHaveLength(1_000_000);
    });
  });
}
