import { randomBytes } from 'node:crypto';
import type { SupabaseClient } from '@supabase/supabase-js';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { postgresAvailable } from '../database/cluster.ts';
import { type StorageProject, startStorage } from './storage-project.ts';
import { rawConnection, rawStatus } from './storage-raw.ts';

const LIMIT = 1_000_000;

describe.runIf(postgresAvailable)('hostile input to storage', () => {
  let project: StorageProject;
  let service: SupabaseClient;
  const bucket = () => service.storage.from('docs');
  const authorization = () => ({ authorization: `Bearer ${project.setting('SERVICE_ROLE_KEY')}` });

  beforeAll(async () => {
    project = await startStorage({ FILE_SIZE_LIMIT: String(LIMIT) });
    service = project.client('SERVICE_ROLE_KEY');
    await service.storage.createBucket('docs');
  });

  afterAll(() => project[Symbol.asyncDispose]());

  afterEach(async () => {
    // Whatever a test sent: nobody was told that the server failed, and others are served.
    expect(project.light.output()).not.toMatch(/"status":5\d\d/);
    expect((await bucket().upload(`after/${randomBytes(8).toString('hex')}`, 'fine')).error).toBeNull();
  });

  async function refusal(response: Response) {
    const body: unknown = await response.json();
    return { status: response.status, body };
  }

  test.each([
    '..',
    '../../../../etc/passwd',
    '/etc/passwd',
    'a/../../b',
    './a',
    '.',
    'a//b',
    'C:/windows/system32',
    'CON',
    'a'.repeat(1024),
    Array.from({ length: 512 }, () => 'a').join('/'),
    'Case',
    'case',
    "it's (all) allowed! a*b'c&d$e@f=g;h:i+j,k?",
  ])('the name %j is a name like any other, and no path', async (name) => {
    await bucket().upload('source', name, { upsert: true });
    expect((await bucket().copy('source', name)).error).toBeNull();
    for (const path of await project.files()) expect(path.startsWith(`${project.path}/objects/`)).toBe(true);
    const { data } = await bucket().listV2({ prefix: name, exactMatch: true });
    expect(data?.objects).toMatchObject([{ name, metadata: { size: name.length } }]);
    expect((await bucket().move(name, 'back')).error).toBeNull();
    expect(await (await bucket().download('back')).data?.text()).toBe(name);
    expect((await bucket().move('back', name)).error).toBeNull();
    expect((await bucket().remove([name])).data).toMatchObject([{ name }]);
  });

  test.each([
    ['a NUL', 'a\u0000b'],
    ['a line break', 'a\r\nb'],
    ['a backslash', 'a\\..\\b'],
    ['an umlaut', 'ä'],
    ['an emoji', '💣'],
    ['right-to-left override', 'a\u202etxt.exe'],
    ['a percent sign', 'a%2e%2e'],
    ['angle brackets', '<script>'],
    ['a tilde', '~root'],
    ['1,025 bytes', 'a'.repeat(1025)],
    ['10,000 segments', Array.from({ length: 10_000 }, () => 'a').join('/')],
    ['nothing', ''],
  ])('a name with %s is refused wherever it may come from', async (_, name) => {
    await bucket().upload('source', 'x', { upsert: true });
    const invalid = { status: 400, body: { statusCode: '400', code: 'InvalidKey' } };
    const target = encodeURIComponent(name);
    if (target.length < 4096)
      for (const [method, path] of [
        ['POST', `/object/docs/${target}`],
        ['PUT', `/object/docs/${target}`],
        ['GET', `/object/docs/${target}`],
        ['GET', `/object/public/docs/${target}`],
        ['GET', `/render/image/public/docs/${target}`],
        ['GET', `/object/info/docs/${target}`],
        ['POST', `/object/upload/sign/docs/${target}`],
      ] as const)
        expect(
          await refusal(await project.storage(method, path, method === 'GET' ? {} : { body: 'x' })),
        ).toMatchObject(invalid);
    for (const method of ['copy', 'move'] as const)
      expect((await bucket()[method]('source', name)).error).toMatchObject({ code: 'InvalidKey' });
    // Nothing is there to be found by such a name.
    expect((await bucket().createSignedUrls([name], 60)).data?.[0]?.error ?? 'refused').toMatch(
      /does not exist|refused/,
    );
    expect((await bucket().remove([name])).data ?? []).toEqual([]);
    expect((await bucket().list(name)).data ?? []).toEqual(name === '' ? expect.any(Array) : []);
    expect((await bucket().listV2({ prefix: name })).error?.status ?? 400).toBe(400);
  });

  test.each([
    'GET /storage/v1/object/docs/../../../../etc/passwd',
    'GET /storage/v1/object/public/docs/..%2f..%2f..%2fetc%2fpasswd',
    'GET /storage/v1/object/docs/%2e%2e/%2e%2e/etc/passwd',
    'GET /storage/v1/object/docs/%252e%252e%252fetc',
    'GET /storage/v1/object/docs/%c0%ae%c0%ae/etc/passwd',
    'GET /storage/v1/object/docs/%zz',
    'GET /storage/v1/object/%00/x',
    'GET /storage/v1/object/..%2fdocs/x',
    'GET /storage/v1/object/docs/..\\..\\etc',
    'GET /storage/v1/../../etc/passwd',
    'GET //storage/v1/object/docs/x',
    'POST /storage/v1/object/..%2f..%2fetc/passwd',
    'PUT /storage/v1/object/docs/%2e%2e%2f%ff',
    'HEAD /storage/v1/object/docs/%ff',
    'DELETE /storage/v1/bucket/..%2fdocs',
    'PATCH /storage/v1/object/docs/x',
    'GET /storage/v1/render/image/public/docs/x?width=1e999&height=-5&quality=NaN',
    'GET /storage/v1/upload/resumable/..%2f..%2fetc%2fpasswd',
  ])('%s reads and writes nothing', async (line) => {
    const before = await project.files();
    const status = await rawStatus(project.url, line, authorization());
    expect([line, status]).toEqual([line, expect.toSatisfy((code: number) => code >= 400 && code < 500)]);
    expect(await project.files()).toEqual(before);
  });

  test('what is larger than allowed is refused, said or not, and leaves nothing', async () => {
    await service.storage.createBucket('small', { public: false, fileSizeLimit: 1000 });
    const before = await project.files();
    const tooLarge = {
      status: 400,
      statusCode: '413',
      code: 'EntityTooLarge',
      message: 'The object exceeded the maximum allowed size',
    };
    const large = Buffer.alloc(LIMIT + 1);
    expect((await bucket().upload('large', large)).error).toMatchObject(tooLarge);
    expect((await bucket().upload('large', new Blob([large]))).error).toMatchObject(tooLarge);
    expect((await bucket().upload('large', new Blob([large]).stream())).error).toMatchObject(tooLarge);
    for (const body of [large.subarray(0, 1001), new Blob([large.subarray(0, 1001)])])
      expect((await service.storage.from('small').upload('x', body)).error).toMatchObject(tooLarge);
    expect((await service.storage.from('small').upload('y', large.subarray(0, 1000))).error).toBeNull();
    expect(await project.files()).toHaveLength(before.length + 1);
    const { data } = await bucket().list('', { search: 'large' });
    expect(data).toEqual([]);
  });

  test('forms that are none', async () => {
    const before = await project.files();
    const type = 'multipart/form-data; boundary=X';
    const file = 'content-disposition: form-data; name=""; filename="f"\r\n';
    const part = (headers: string, body: string) => `--X\r\n${headers}\r\n${body}\r\n`;
    const forms: readonly (readonly [string, string, string])[] = [
      ['without a boundary', 'multipart/form-data', part(file, 'x')],
      ['with another boundary', type, part(file, 'x').replaceAll('--X', '--Y')],
      ['that is empty', type, ''],
      ['without a file', type, `${part('content-disposition: form-data; name="a"\r\n', 'x')}--X--`],
      ['that ends within the file', type, part(file, 'x'.repeat(1000)).slice(0, -500)],
      ['that ends within the headers', type, '--X\r\ncontent-disposition: form-data; na'],
      ['with too long headers', type, part(`${file}x-long: ${'a'.repeat(100_000)}\r\n`, 'x').slice(0, -3)],
      [
        'with a type that is no header',
        type,
        `${part(`${file}content-type: text/\u0001plain\r\n`, 'x')}--X--`,
      ],
      [
        'with caching that is no header',
        type,
        `${part('content-disposition: form-data; name="cacheControl"\r\n', '1\r\nset-cookie: a=b')}${part(file, 'x')}--X--`,
      ],
      [
        'with metadata of more than 1 MiB',
        type,
        `${part('content-disposition: form-data; name="metadata"\r\n', `{"a":"${'x'.repeat(1_100_000)}"}`)}${part(file, 'x')}--X--`,
      ],
    ];
    for (const [kind, contentType, body] of forms) {
      const response = await project.storage('POST', '/object/docs/form', {
        headers: { 'content-type': contentType },
        body,
      });
      expect([kind, await refusal(response)]).toMatchObject([
        kind,
        { status: 400, body: { code: expect.any(String) } },
      ]);
    }
    const many = Array.from({ length: 50 }, (_, number) =>
      part(`content-disposition: form-data; name="f${number}"\r\n`, 'x'),
    );
    const response = await project.storage('POST', '/object/docs/form', {
      headers: { 'content-type': type },
      body: `${many.join('')}${part(file, 'x')}--X--`,
    });
    expect(response.status).toBeLessThan(500);
    expect(await project.files()).toEqual(before);
  });

  test('bodies that are no JSON, or too much of it', async () => {
    const deep = `{"prefix":${'['.repeat(50_000)}${']'.repeat(50_000)}}`;
    for (const body of [
      '{',
      '[]',
      'null',
      '"x"',
      '1',
      '\u0000',
      deep,
      `{"prefix":"${'x'.repeat(3_000_000)}"}`,
    ])
      for (const path of [
        '/bucket',
        '/object/list/docs',
        '/object/list-v2/docs',
        '/object/copy',
        '/object/sign/docs/x',
      ]) {
        const response = await project.storage('POST', path, { body });
        expect([path, response.status]).toEqual([path, 400]);
      }
  });

  test('metadata that is none is left out, and what the database cannot keep is refused', async () => {
    for (const header of ['%%%', 'bm8ganNvbg==', Buffer.from('[1]').toString('base64')]) {
      const response = await project.storage('PUT', '/object/docs/meta', {
        headers: { 'x-metadata': header },
        body: 'x',
      });
      expect(response.status).toBe(200);
      expect((await bucket().info('meta')).data?.metadata).toBeNull();
    }
    const nul = Buffer.from('{"a":"\\u0000"}').toString('base64');
    const refused = await project.storage('PUT', '/object/docs/meta', {
      headers: { 'x-metadata': nul },
      body: 'x',
    });
    expect(await refusal(refused)).toMatchObject({ status: 400, body: { code: 'InvalidParameter' } });
  });

  test('an upload that breaks off leaves neither a row nor a file, and one that lies neither', async () => {
    const before = await project.files();
    const head = (length: number) =>
      [
        'POST /storage/v1/object/docs/broken HTTP/1.1',
        'host: x',
        `authorization: ${authorization().authorization}`,
        `content-length: ${length}`,
        '\r\n',
      ].join('\r\n');
    const connection = rawConnection(project.url);
    connection.write(head(500_000));
    connection.write(Buffer.alloc(200_000));
    await expect.poll(async () => (await project.files()).length).toBe(before.length + 1);
    connection.socket.destroy();
    await expect.poll(() => project.files()).toEqual(before);

    const short = rawConnection(project.url);
    short.write(head(10) + 'x'.repeat(9));
    short.socket.end();
    await short.received();
    const long = rawConnection(project.url);
    long.write(head(10) + 'x'.repeat(2000));
    expect(await long.received()).toMatch(/HTTP\/1\.1 400/);
    for (const length of ['-1', 'many', '1e3'])
      expect(
        await rawStatus(
          project.url,
          'POST /storage/v1/object/docs/lies',
          { ...authorization(), 'content-length': length },
          'x',
        ),
      ).toBe(400);
    // Whether the first ten bytes were stored before the rest gave them away is for the timing to say.
    const cleaned = () =>
      bucket()
        .remove(['broken'])
        .then(() => project.files());
    await expect.poll(cleaned).toEqual(before);
  });

  test('a slow upload holds nobody up', async () => {
    const slow = Array.from({ length: 20 }, (_, number) => {
      const connection = rawConnection(project.url);
      connection.write(
        `POST /storage/v1/object/docs/slow-${number} HTTP/1.1\r\nhost: x\r\nauthorization: ${authorization().authorization}\r\ncontent-length: 3\r\nconnection: close\r\n\r\na`,
      );
      return connection;
    });
    // More of them than there are connections to the database.
    for (let number = 0; number < 10; number++)
      expect((await bucket().upload(`quick-${number}`, 'x', { upsert: true })).error).toBeNull();
    for (const connection of slow) connection.write('bc');
    for (const connection of slow) expect(await connection.received()).toMatch(/^HTTP\/1\.1 200/);
    const { data } = await bucket().download('slow-19');
    expect(await data?.text()).toBe('abc');
  });

  test('many at once with one name: one is first, the last stays, and one file is left', async () => {
    const before = await project.files();
    const bodies = Array.from({ length: 12 }, (_, number) => `${number}`.repeat(50_000));
    const first = await Promise.all(bodies.map((body) => bucket().upload('raced', body)));
    expect(first.filter(({ error }) => error === null)).toHaveLength(1);
    for (const { error } of first)
      expect(error?.message ?? 'The resource already exists').toBe('The resource already exists');
    const upserts = await Promise.all(bodies.map((body) => bucket().upload('raced', body, { upsert: true })));
    expect(upserts.map(({ error }) => error)).toEqual(bodies.map(() => null));
    const { data } = await bucket().download('raced');
    expect(bodies).toContain(await data?.text());
    await expect.poll(async () => (await project.files()).length).toBe(before.length + 1);
  });

  test('what is replaced while it is read is read whole', async () => {
    const bodies = ['a', 'b'].map((letter) => letter.repeat(600_000));
    await bucket().upload('read', bodies[0] ?? '');
    const writes = Array.from({ length: 20 }, (_, number) => bodies[number % 2] ?? '').map((body) =>
      bucket().update('read', body),
    );
    const reads = Array.from({ length: 20 }, async () => (await bucket().download('read')).data?.text());
    for (const text of await Promise.all(reads)) expect(bodies).toContain(text);
    await Promise.all(writes);
  });
});
