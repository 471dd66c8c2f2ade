import type { SupabaseClient } from '@supabase/supabase-js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { postgresAvailable } from '../database/cluster.ts';
import { sign } from './running-project.ts';
import { type StorageProject, startStorage } from './storage-project.ts';

describe.runIf(postgresAvailable)('signed URLs of storage', () => {
  let project: StorageProject;
  let service: SupabaseClient;
  const bucket = () => service.storage.from('docs');

  beforeAll(async () => {
    project = await startStorage();
    service = project.client('SERVICE_ROLE_KEY');
    await service.storage.createBucket('docs');
    await bucket().upload('dir/signed file.txt', 'content', { cacheControl: '10' });
  });

  afterAll(() => project[Symbol.asyncDispose]());

  const answered = async (url: string, init?: RequestInit) => {
    const response = await fetch(url, init);
    return [response.status, await response.json()];
  };

  test('let anybody download, until they expire', async () => {
    const { data } = await bucket().createSignedUrl('dir/signed file.txt', 60);
    const response = await fetch(data?.signedUrl ?? '');
    expect(await response.text()).toBe('content');
    const expires = Date.parse(response.headers.get('expires') ?? '');
    expect(Math.abs(expires - Date.now() - 60_000)).toBeLessThan(5000);
    expect(response.headers.get('cache-control')).toBeNull();
    const download = await bucket().createSignedUrl('dir/signed file.txt', 60, {
      download: true,
      cacheNonce: '7',
    });
    const named = await fetch(download.data?.signedUrl ?? '');
    expect(named.headers.get('content-disposition')).toBe('attachment;');
    expect((await fetch(data?.signedUrl ?? '', { method: 'HEAD' })).status).toBe(200);
  });

  test('come for many at once', async () => {
    const { data } = await bucket().createSignedUrls(['dir/signed file.txt', 'missing'], 60, {
      download: 'x.txt',
    });
    expect(data).toMatchObject([
      { path: 'dir/signed file.txt', error: null },
      {
        path: 'missing',
        error: 'Either the object does not exist or you do not have access to it',
        signedUrl: null,
      },
    ]);
    const response = await fetch(data?.[0]?.signedUrl ?? '');
    expect([await response.text(), response.headers.get('content-disposition')]).toEqual([
      'content',
      "attachment; filename=x.txt; filename*=UTF-8''x.txt;",
    ]);
  });

  test('are for what exists, for a while', async () => {
    expect((await bucket().createSignedUrl('missing', 60)).error).toMatchObject({ code: 'NoSuchKey' });
    for (const seconds of [0, -1, 1.5, 1e12])
      expect((await bucket().createSignedUrl('dir/signed file.txt', seconds)).error).toMatchObject({
        code: 'InvalidRequest',
      });
    const { data } = await bucket().createSignedUrl('dir/signed file.txt', 1);
    await expect
      .poll(() => answered(data?.signedUrl ?? ''), { timeout: 5000 })
      .toMatchObject([400, { code: 'InvalidJWT' }]);
  });

  test('are good for the object they were made for, and only to read it', async () => {
    await bucket().upload('dir/other.txt', 'other');
    const { data: read } = await bucket().createSignedUrl('dir/signed file.txt', 60);
    const { data: write } = await bucket().createSignedUploadUrl('dir/new.txt');
    const url = `${project.url}/storage/v1/object`;
    const token = new URL(read?.signedUrl ?? '').searchParams.get('token');
    const secret = project.setting('JWT_SECRET');
    const forged = await sign({ url: 'docs/dir/other.txt', scope: 'download' }, 'f'.repeat(64));
    const unscoped = await sign({ url: 'docs/dir/other.txt' }, secret);
    const user = (await project.signUp('signed@storage.test')).token;
    for (const [wrong, code] of [
      [token, 'InvalidSignature'],
      [write?.token, 'InvalidSignature'],
      [unscoped, 'InvalidSignature'],
      [user, 'InvalidSignature'],
      [forged, 'InvalidJWT'],
      ['rubbish', 'InvalidJWT'],
      [
        `eyJhbGciOiJub25lIn0.${Buffer.from('{"url":"docs/dir/other.txt","scope":"download","exp":9999999999}').toString('base64url')}.`,
        'InvalidJWT',
      ],
    ])
      expect(await answered(`${url}/sign/docs/dir/other.txt?token=${wrong}`)).toMatchObject([400, { code }]);
    expect(await answered(`${url}/sign/docs/dir/other.txt`)).toMatchObject([400, { code: 'InvalidRequest' }]);
    const put = { method: 'PUT', body: 'x' };
    expect(await answered(`${url}/upload/sign/docs/dir/signed%20file.txt?token=${token}`, put)).toMatchObject(
      [400, { code: 'InvalidSignature' }],
    );
    // Nor is one a token to act with.
    const bearer = { headers: { authorization: `Bearer ${token}` } };
    expect(await answered(`${url}/docs/dir/other.txt`, bearer)).toMatchObject([400, { code: 'NoSuchKey' }]);
  });

  test('let anybody upload once, for whoever signed', async () => {
    await project.database.sql(`
      create policy "own" on storage.objects for all to authenticated
        using (bucket_id = 'docs' and owner_id = auth.uid()::text) with check (bucket_id = 'docs' and name like 'of-users/%')`);
    const ada = await project.signUp('signer@storage.test');
    const signed = await ada.client.storage.from('docs').createSignedUploadUrl('of-users/by-url.txt');
    const { path = '', token = '' } = signed.data ?? {};
    const nobody = project.client('ANON_KEY').storage.from('docs');
    const options = { contentType: 'text/x', metadata: { a: 1 } };
    expect(await nobody.uploadToSignedUrl(path, token, 'uploaded', options)).toEqual({
      data: { path, fullPath: 'docs/of-users/by-url.txt' },
      error: null,
    });
    expect(await (await ada.client.storage.from('docs').download(path)).data?.text()).toBe('uploaded');
    expect((await ada.client.storage.from('docs').info(path)).data).toMatchObject({
      contentType: 'text/x',
      metadata: { a: 1 },
    });
    // The option of whoever uploads does not count.
    const again = await nobody.uploadToSignedUrl(path, token, new Blob(['replaced']), { upsert: true });
    expect(again.error).toMatchObject({ code: 'KeyAlreadyExists' });
    expect((await ada.client.storage.from('docs').createSignedUploadUrl(path)).error).toMatchObject({
      code: 'KeyAlreadyExists',
    });
    const replacing = await ada.client.storage.from('docs').createSignedUploadUrl(path, { upsert: true });
    const replaced = await nobody.uploadToSignedUrl(
      path,
      replacing.data?.token ?? '',
      new Blob(['replaced']),
    );
    expect(replaced.error).toBeNull();
    expect(await (await ada.client.storage.from('docs').download(path)).data?.text()).toBe('replaced');
    expect((await nobody.createSignedUploadUrl('of-users/x')).error).toMatchObject({ code: 'AccessDenied' });
  });

  test('keep to the limits of the bucket', async () => {
    await service.storage.createBucket('small', {
      public: false,
      fileSizeLimit: 5,
      allowedMimeTypes: ['text/plain'],
    });
    const small = service.storage.from('small');
    const token = (await small.createSignedUploadUrl('file')).data?.token ?? '';
    expect((await small.uploadToSignedUrl('file', token, '123456')).error).toMatchObject({
      code: 'EntityTooLarge',
    });
    const html = await small.uploadToSignedUrl('file', token, '1', { contentType: 'text/html' });
    expect(html.error).toMatchObject({ code: 'InvalidMimeType' });
    expect((await small.uploadToSignedUrl('file', token, '12345')).error).toBeNull();
  });
});
