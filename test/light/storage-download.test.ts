import type { SupabaseClient } from '@supabase/supabase-js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { postgresAvailable } from '../database/cluster.ts';
import { sign } from './running-project.ts';
import { type StorageProject, startStorage } from './storage-project.ts';

/** Each byte tells where it is, so that a wrong one is seen. */
const CONTENT = Buffer.from(Array.from({ length: 700_001 }, (_, index) => (index * 7 + (index >> 8)) % 256));

describe.runIf(postgresAvailable)('downloads of storage', () => {
  let project: StorageProject;
  let service: SupabaseClient;
  let etag: string;
  let lastModified: string;

  beforeAll(async () => {
    project = await startStorage();
    service = project.client('SERVICE_ROLE_KEY');
    await service.storage.createBucket('docs');
    await service.storage.createBucket('open', { public: true });
    await service.storage.from('docs').upload('bytes', CONTENT, { contentType: 'x/bytes' });
    await service.storage.from('open').upload('page.html', '<script>', { contentType: 'text/html' });
    const { headers } = await project.storage('HEAD', '/object/docs/bytes');
    etag = headers.get('etag') ?? '';
    lastModified = headers.get('last-modified') ?? '';
  });

  afterAll(() => project[Symbol.asyncDispose]());

  const get = (headers: Record<string, string>, method = 'GET') =>
    project.storage(method, '/object/docs/bytes', { headers });

  test.each([
    ['bytes=0-0', 0, 1],
    ['bytes=0-99', 0, 100],
    ['bytes=262143-262145', 262_143, 262_146],
    ['bytes=100-600000', 100, 600_001],
    ['bytes=700000-', 700_000, 700_001],
    ['bytes=699000-9999999', 699_000, 700_001],
    ['bytes=-5', 699_996, 700_001],
    ['bytes=-9999999', 0, 700_001],
  ])('%s is a part', async (range, start, end) => {
    const response = await get({ range });
    expect(response.status).toBe(206);
    expect(response.headers.get('content-range')).toBe(`bytes ${start}-${end - 1}/700001`);
    expect(response.headers.get('content-length')).toBe(String(end - start));
    expect(Buffer.from(await response.arrayBuffer()).equals(CONTENT.subarray(start, end))).toBe(true);
  });

  test.each(['bytes=5-1', 'bytes=0-1,5-6', 'bytes=a-b', 'lines=1-2', 'bytes=-', 'bytes'])(
    '%s is the whole',
    async (range) => {
      const response = await get({ range });
      expect([response.status, (await response.arrayBuffer()).byteLength]).toEqual([200, CONTENT.length]);
    },
  );

  test.each(['bytes=700001-', 'bytes=9999999999999999999999-', 'bytes=-0'])(
    '%s cannot be had',
    async (range) => {
      const response = await get({ range });
      expect([response.status, response.headers.get('content-range')]).toEqual([416, 'bytes */700001']);
      expect(await response.json()).toMatchObject({
        statusCode: '416',
        code: 'InvalidRange',
        error: 'invalid_range',
      });
    },
  );

  test('a part goes on where the same file was broken off, and no other', async () => {
    const range = 'bytes=10-19';
    for (const same of [etag, lastModified])
      expect((await get({ range, 'if-range': same })).status).toBe(206);
    expect((await get({ range, 'if-range': '"other"' })).status).toBe(200);
  });

  test('what the client has is not sent again', async () => {
    const later = new Date(Date.parse(lastModified) + 5000).toUTCString();
    const earlier = new Date(Date.parse(lastModified) - 5000).toUTCString();
    const statuses: readonly (readonly [Record<string, string>, number])[] = [
      [{ 'if-none-match': etag }, 304],
      [{ 'if-none-match': `"x", W/${etag}` }, 304],
      [{ 'if-none-match': '*' }, 304],
      [{ 'if-none-match': '"x"' }, 200],
      [{ 'if-modified-since': lastModified }, 304],
      [{ 'if-modified-since': earlier }, 200],
      [{ 'if-modified-since': later, 'if-none-match': '"x"' }, 200],
      [{ 'if-modified-since': 'yesterday' }, 200],
      [{ 'if-match': etag }, 200],
      [{ 'if-match': '"x"' }, 412],
      [{ 'if-unmodified-since': earlier }, 412],
      [{ 'if-unmodified-since': later }, 200],
    ];
    for (const [headers, status] of statuses) {
      for (const method of ['GET', 'HEAD']) {
        const response = await get(headers, method);
        const body = await response.arrayBuffer();
        expect([headers, method, response.status]).toEqual([headers, method, status]);
        if (status === 304) expect([body.byteLength, response.headers.get('etag')]).toEqual([0, etag]);
      }
    }
  });

  test('a page of somebody is not shown as one', async () => {
    const response = await fetch(`${project.url}/storage/v1/object/public/open/page.html`);
    expect(response.headers.get('content-type')).toBe('text/plain');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  });

  test('browsers may read what matters', async () => {
    const headers = { origin: 'https://app.test', 'access-control-request-method': 'GET' };
    const preflight = await fetch(`${project.url}/storage/v1/object/docs/bytes`, {
      method: 'OPTIONS',
      headers,
    });
    expect([preflight.status, preflight.headers.get('access-control-allow-origin')]).toEqual([204, '*']);
    const response = await get({ origin: 'https://app.test', range: 'bytes=0-0' });
    expect(response.headers.get('access-control-expose-headers')).toMatch(/content-range.*etag/);
  });

  test('tokens that do not hold open public buckets only', async () => {
    const secret = project.setting('JWT_SECRET');
    const claims = { role: 'service_role', ref: 'abcdefghijklmnopqrst', iss: 'supabase' };
    const none = [Buffer.from('{"alg":"none"}'), Buffer.from(JSON.stringify(claims))]
      .map((part) => part.toString('base64url'))
      .join('.');
    const tokens = [
      [await sign(claims, 'f'.repeat(64)), 'signature verification failed'],
      [`${none}.`, expect.any(String)],
      ['rubbish', 'Invalid Compact JWS'],
      [await sign({ role: 'authenticated' }, secret, '-1m'), '"exp" claim timestamp check failed'],
    ] as const;
    for (const [token, message] of tokens) {
      for (const [method, path] of [
        ['POST', '/object/docs/new'],
        ['GET', '/object/authenticated/docs/bytes'],
        ['GET', '/bucket'],
        ['POST', '/object/list/docs'],
        ['DELETE', '/object/docs/bytes'],
      ] as const) {
        const response = await project.storage(method, path, { token });
        expect([response.status, await response.json()]).toMatchObject([
          400,
          { statusCode: '403', error: 'Unauthorized', message },
        ]);
      }
      const hidden = await project.storage('GET', '/object/docs/bytes', { token });
      expect([hidden.status, await hidden.json()]).toMatchObject([400, { code: 'NoSuchBucket' }]);
      for (const path of [
        '/object/public/open/page.html',
        '/object/open/page.html',
        '/object/info/open/page.html',
      ])
        expect((await project.storage('GET', path, { token })).status).toBe(200);
    }
    const keyless = await fetch(`${project.url}/storage/v1/bucket`);
    expect([keyless.status, await keyless.json()]).toMatchObject([
      400,
      { message: "headers must have required property 'authorization'" },
    ]);
    // A secret key beside a forged token does not make it hold.
    const forged = { apikey: project.setting('SERVICE_ROLE_KEY'), authorization: `Bearer ${tokens[0][0]}` };
    expect((await fetch(`${project.url}/storage/v1/bucket`, { headers: forged })).status).toBe(400);
  });

  test('slow readers, and those who leave, get no bytes of one another', async () => {
    const contents = Array.from({ length: 8 }, (_, number) => Buffer.alloc(3_000_000, number + 1));
    for (const [number, content] of contents.entries())
      await service.storage.from('docs').upload(`slow-${number}`, content);
    const reading = contents.map(async (content, number) => {
      const { body } = await project.storage('GET', `/object/docs/slow-${number}`);
      const reader = (body ?? new ReadableStream<Uint8Array>()).getReader();
      const received: Uint8Array[] = [];
      for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
        received.push(chunk.value);
        // Every other one leaves in the middle; the others let everybody else go first.
        if (number % 2 === 1 && received.length > 3) return reader.cancel();
        await Promise.all(contents.map(() => new Promise(setImmediate)));
      }
      expect(Buffer.concat(received).equals(content)).toBe(true);
    });
    await Promise.all(reading);
    const { data } = await service.storage.from('docs').download('slow-1');
    expect(
      Buffer.from(await (data ?? new Blob([])).arrayBuffer()).equals(contents[1] ?? Buffer.alloc(0)),
    ).toBe(true);
  });

  test('rows without facts about their file are served by the file', async () => {
    await service.storage.from('docs').upload('factless', 'content');
    await project.database.sql(`update storage.objects set metadata = null where name = 'factless'`);
    const bare = await project.storage('GET', '/object/docs/factless');
    expect([await bare.text(), bare.headers.get('content-type'), bare.headers.get('content-length')]).toEqual(
      ['content', 'application/octet-stream', '7'],
    );
    await project.database.sql(`
      update storage.objects set metadata = '{"size": "big", "mimetype": "a\\nb", "cacheControl": 5, "eTag": null}'
      where name = 'factless'`);
    expect(await (await project.storage('GET', '/object/docs/factless')).text()).toBe('content');
    await project.database.sql(
      `update storage.objects set version = '../../etc/passwd' where name = 'factless'`,
    );
    const escaped = await project.storage('GET', '/object/docs/factless');
    expect([escaped.status, await escaped.json()]).toMatchObject([400, { code: 'NoSuchKey' }]);
  });
});
