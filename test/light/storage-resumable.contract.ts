import { randomBytes } from 'node:crypto';
import type { SupabaseClient } from '@supabase/supabase-js';
import * as tus from 'tus-js-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { postgresAvailable } from '../database/cluster.ts';
import type { Settings } from './running-project.ts';
import type { StorageProject } from './storage-project.ts';
import { rawConnection } from './storage-raw.ts';

/** Supabase's: clients have to send pieces of 6 MB. */
const PIECE = 6 * 1024 * 1024;

type Metadata = Readonly<Record<string, string>>;

/** What clients rely on wherever files are. */
export function resumableContract(
  where: string,
  start: (settings: Settings) => Promise<StorageProject>,
): void {
  describe.runIf(postgresAvailable)(`resumable uploads to storage ${where}`, () => {
    let project: StorageProject;
    let service: SupabaseClient;
    const bucket = () => service.storage.from('docs');

    beforeAll(async () => {
      project = await start({ FILE_SIZE_LIMIT: '20000000' });
      service = project.client('SERVICE_ROLE_KEY');
      await service.storage.createBucket('docs');
      await project.database.sql(`
      create policy "own" on storage.objects for all to authenticated
        using (bucket_id = 'docs' and (storage.foldername(name))[1] = auth.uid()::text)
        with check (bucket_id = 'docs' and (storage.foldername(name))[1] = auth.uid()::text)`);
    });

    afterAll(() => project[Symbol.asyncDispose]());

    const endpoint = () => `${project.url}/storage/v1/upload/resumable`;
    const about = (objectName: string, more: Metadata = {}): Metadata => ({
      bucketName: 'docs',
      objectName,
      ...more,
    });

    function uploadOf(content: Buffer, metadata: Metadata, options: Partial<tus.UploadOptions> = {}) {
      let upload: tus.Upload | undefined;
      const done = new Promise<void>((onSuccess, onError) => {
        upload = new tus.Upload(content, {
          endpoint: endpoint(),
          headers: { authorization: `Bearer ${project.setting('SERVICE_ROLE_KEY')}` },
          chunkSize: PIECE,
          retryDelays: [],
          metadata: { ...metadata },
          onSuccess: () => onSuccess(),
          onError,
          ...options,
        });
      });
      if (upload === undefined) throw new Error('unreachable');
      return { upload, done };
    }

    async function uploadAll(...parameters: Parameters<typeof uploadOf>): Promise<tus.Upload> {
      const { upload, done } = uploadOf(...parameters);
      upload.start();
      await done;
      return upload;
    }

    const bytesOf = (data: Blob | null) => (data ?? new Blob([])).arrayBuffer();

    const status = async (upload: Promise<unknown>) => {
      const error = await upload.then(
        () => undefined,
        (reason: unknown) => reason,
      );
      return error instanceof tus.DetailedError ? error.originalResponse?.getStatus() : error;
    };

    /** One request of the protocol. */
    async function piece(method: string, url: string, headers: Metadata = {}, body?: string) {
      const response = await fetch(new URL(url, endpoint()), {
        method,
        headers: {
          authorization: `Bearer ${project.setting('SERVICE_ROLE_KEY')}`,
          'tus-resumable': '1.0.0',
          ...headers,
        },
        ...(body === undefined ? {} : { body }),
      });
      return { status: response.status, headers: response.headers, text: await response.text() };
    }

    const encode = (metadata: Metadata) =>
      Object.entries(metadata)
        .map(([name, value]) => `${name} ${Buffer.from(value).toString('base64')}`)
        .join(',');

    async function begin(length: number, metadata: Metadata, headers: Metadata = {}) {
      return piece('POST', endpoint(), {
        'upload-length': String(length),
        'upload-metadata': encode(metadata),
        ...headers,
      });
    }

    const pathOf = (headers: Headers) => new URL(headers.get('location') ?? '', endpoint()).pathname;
    const offset = { 'content-type': 'application/offset+octet-stream' };

    test('come in pieces and become an object with what was said of it', async () => {
      const content = randomBytes(2 * PIECE + 12_345);
      const metadata = about('pieces', {
        contentType: 'video/own',
        cacheControl: '77',
        metadata: '{"of":"mine"}',
      });
      const progress: number[] = [];
      await uploadAll(content, metadata, { onChunkComplete: (size) => progress.push(size) });
      expect(progress).toEqual([PIECE, PIECE, 12_345]);
      const { data } = await bucket().download('pieces');
      expect(Buffer.from(await bytesOf(data)).equals(content)).toBe(true);
      expect((await bucket().info('pieces')).data).toMatchObject({
        size: content.length,
        contentType: 'video/own',
        cacheControl: 'max-age=77',
        metadata: { of: 'mine' },
        etag: expect.stringMatching(/^"[0-9a-f-]+"$/),
      });
    });

    test('go on after the connection broke, from the last byte that arrived', async () => {
      const content = randomBytes(PIECE);
      const { headers } = await begin(content.length, about('broken'));
      const path = pathOf(headers);
      const connection = rawConnection(project.url);
      const head = [
        `PATCH ${path} HTTP/1.1`,
        'host: x',
        'tus-resumable: 1.0.0',
        'upload-offset: 0',
        `content-length: ${content.length}`,
        'content-type: application/offset+octet-stream',
        `authorization: Bearer ${project.setting('SERVICE_ROLE_KEY')}`,
        '\r\n',
      ];
      connection.write(head.join('\r\n'));
      connection.write(content.subarray(0, 4_000_000));
      const arrived = async () => Number((await piece('HEAD', path)).headers.get('upload-offset'));
      await expect.poll(async () => connection.socket.writableLength).toBe(0);
      connection.socket.destroy();
      await expect.poll(arrived).toBeGreaterThan(0);
      const size = await arrived();
      expect(size).toBeLessThanOrEqual(4_000_000);
      expect((await bucket().exists('broken')).data).toBe(false);

      const resumed: number[] = [];
      const { upload, done } = uploadOf(content, about('broken'), {
        uploadUrl: `${project.url}${path}`,
        onProgress: (sent) => resumed.push(sent),
      });
      upload.start();
      await done;
      expect(resumed[0]).toBeGreaterThanOrEqual(size);
      const { data } = await bucket().download('broken');
      expect(Buffer.from(await bytesOf(data)).equals(content)).toBe(true);
    });

    test('are found by the client that was aborted', async () => {
      const content = randomBytes(2 * PIECE);
      const first = uploadOf(content, about('aborted'), {
        onChunkComplete: () => void first.upload.abort(),
      });
      first.upload.start();
      await expect.poll(() => first.upload.url).toBeTruthy();
      const url = first.upload.url ?? '';
      const known = async () => (await piece('HEAD', url)).headers.get('upload-offset');
      await expect.poll(known).toBe(String(PIECE));
      const second = uploadOf(content, about('aborted'), { uploadUrl: url });
      second.upload.start();
      await second.done;
      expect((await bucket().info('aborted')).data?.size).toBe(content.length);
    });

    test('of nothing, and with the first piece in the first request', async () => {
      await uploadAll(Buffer.alloc(0), about('empty'));
      expect((await bucket().info('empty')).data?.size).toBe(0);
      await uploadAll(Buffer.from('at once'), about('at-once'), { uploadDataDuringCreation: true });
      expect(await (await bucket().download('at-once')).data?.text()).toBe('at once');
    });

    test('are terminated, and gone with their bytes', async () => {
      const before = await project.files();
      const { headers } = await begin(10, about('terminated'));
      const url = headers.get('location') ?? '';
      expect((await piece('PATCH', url, { ...offset, 'upload-offset': '0' }, '12345')).status).toBe(204);
      expect((await piece('DELETE', url)).status).toBe(204);
      expect((await piece('HEAD', url)).status).toBe(404);
      expect(await project.files()).toEqual(before);
    });

    test('ask row-level security as the caller, for each piece', async () => {
      const ada = await project.signUp('ada@resumable.test');
      const bob = await project.signUp('bob@resumable.test');
      const as = (user: { token: string }) => ({ headers: { authorization: `Bearer ${user.token}` } });
      const name = `${ada.id}/file`;
      await uploadAll(Buffer.from('hers'), about(name), as(ada));
      expect((await ada.client.storage.from('docs').info(name)).data?.size).toBe(4);
      expect(await status(uploadAll(Buffer.from('his'), about(`${ada.id}/other`), as(bob)))).toBe(403);
      expect(await status(uploadAll(Buffer.from('x'), about(name), as(ada)))).toBe(409);
      await uploadAll(Buffer.from('again'), about(name), {
        headers: { ...as(ada).headers, 'x-upsert': 'true' },
      });
      expect((await ada.client.storage.from('docs').info(name)).data?.size).toBe(5);
      const { headers } = await begin(2, about(`${ada.id}/third`), as(ada).headers);
      const url = headers.get('location') ?? '';
      const patch = (authorization: string) =>
        piece('PATCH', url, { ...offset, 'upload-offset': '0', authorization }, 'ab');
      expect((await patch(as(bob).headers.authorization)).status).toBe(403);
      expect((await patch('Bearer rubbish')).status).toBe(400);
      expect((await patch(as(ada).headers.authorization)).status).toBe(204);
      const rows = await project.database.as('supabase_storage_admin', async (db) => {
        const found = await db.query('select owner_id from storage.objects where name = $1', [
          `${ada.id}/third`,
        ]);
        return found.rows;
      });
      expect(rows).toEqual([{ owner_id: ada.id }]);
    });

    test('with a signed URL need no rights of their own', async () => {
      const { data } = await bucket().createSignedUploadUrl('by-signature');
      const signed = (signature: string) => ({
        endpoint: `${endpoint()}/sign`,
        headers: { 'x-signature': signature },
      });
      expect(await status(uploadAll(Buffer.from('x'), about('by-signature'), signed('rubbish')))).toBe(400);
      expect(await status(uploadAll(Buffer.from('x'), about('other'), signed(data?.token ?? '')))).toBe(400);
      const noSignature = { endpoint: `${endpoint()}/sign`, headers: {} };
      expect(await status(uploadAll(Buffer.from('x'), about('by-signature'), noSignature))).toBe(400);
      await uploadAll(randomBytes(PIECE + 1), about('by-signature'), signed(data?.token ?? ''));
      expect((await bucket().info('by-signature')).data?.size).toBe(PIECE + 1);
      expect(
        await status(uploadAll(Buffer.from('x'), about('by-signature'), signed(data?.token ?? ''))),
      ).toBe(409);
    });

    test('keep to the limits of project and bucket', async () => {
      await service.storage.createBucket('small', {
        public: false,
        fileSizeLimit: 10,
        allowedMimeTypes: ['text/plain'],
      });
      const small = { bucketName: 'small', contentType: 'text/plain' };
      expect((await begin(20_000_001, about('large'))).status).toBe(413);
      expect((await begin(11, about('large', small))).status).toBe(413);
      expect((await begin(5, about('page', { ...small, contentType: 'text/html' }))).status).toBe(415);
      expect((await begin(10, about('fits', small))).status).toBe(201);
      const { headers } = await begin(5, about('more', small));
      const more = await piece(
        'PATCH',
        headers.get('location') ?? '',
        { ...offset, 'upload-offset': '0' },
        '1234567890',
      );
      expect(more.status).toBe(413);
    });

    test('two at once do not mix their bytes', async () => {
      const { headers } = await begin(2_000_000, about('mixed'));
      const url = headers.get('location') ?? '';
      const send = (byte: string) =>
        piece('PATCH', url, { ...offset, 'upload-offset': '0' }, byte.repeat(1_000_000));
      const answers = await Promise.all([send('a'), send('b')]);
      const accepted = answers.filter(({ status }) => status === 204);
      expect(accepted).toHaveLength(1);
      for (const { status } of answers) expect([204, 400, 409, 423]).toContain(status);
      expect((await piece('HEAD', url)).headers.get('upload-offset')).toBe('1000000');
    });

    test('what is no upload is refused', async () => {
      expect((await begin(1, { objectName: 'x' })).status).toBe(400);
      expect((await begin(1, about('ünicode'))).status).toBe(400);
      expect((await begin(1, { bucketName: 'missing', objectName: 'x' })).status).toBe(404);
      expect((await begin(-1, about('x'))).status).toBe(400);
      expect(
        (await piece('POST', endpoint(), { 'upload-length': '1', 'upload-metadata': 'a b c d' })).status,
      ).toBe(400);
      expect((await piece('POST', endpoint(), { 'upload-length': '1' })).status).toBe(400);
      for (const id of ['missing', '..%2f..%2fetc', '0'.repeat(36), 'a7b1f6a4-0000-4000-8000-000000000000'])
        for (const method of ['HEAD', 'PATCH', 'DELETE']) {
          const { status } = await piece(
            method,
            `${endpoint()}/${id}`,
            method === 'PATCH' ? { ...offset, 'upload-offset': '0' } : {},
          );
          expect([method, id, status]).toEqual([method, id, 404]);
        }
      expect((await piece('OPTIONS', endpoint())).headers.get('tus-extension')).toContain('creation');
      expect((await piece('HEAD', `${endpoint()}/x`, { 'tus-resumable': '0.1' })).status).toBe(400);
      expect(project.light.output()).not.toMatch(/"status":5\d\d/);
    });
  });
}
