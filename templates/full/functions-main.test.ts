import { createHash, createHmac, generateKeyPairSync, sign, webcrypto } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { runInNewContext } from 'node:vm';
import { beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';

const SOURCE = readFileSync(new URL('functions-main.js', import.meta.url), 'utf8');
const REF = 'abcdefghijklmnopqrst';
const SECRET = 'a-secret-of-thirty-two-characters';
const oct = (secret: string) => ({ kty: 'oct', k: Buffer.from(secret).toString('base64url') });
const CURRENT = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const NAMES = [{ alg: 'HS256' }, { alg: 'ES256', kid: 'current' }];
const ROLE = { AccessKeyId: 'ASIAEXAMPLE', SecretAccessKey: 'role-secret', Token: 'session-token' };
const ENV: Readonly<Record<string, string>> = {
  PORT: '9000',
  PROJECT_REF: REF,
  BUCKET: 'cell-bucket',
  REGION: 'eu-central-1',
  SUPABASE_JWKS: JSON.stringify({
    keys: [oct(SECRET), CURRENT.publicKey.export({ format: 'jwk' })].map((jwk, at) => ({
      ...jwk,
      ...NAMES[at],
    })),
  }),
  SUPABASE_PUBLISHABLE_KEYS: '{}',
  SUPABASE_SECRET_KEYS: '{}',
  SUPABASE_URL: `https://${REF}.example.com`,
  SUPABASE_ANON_KEY: 'anon',
  SUPABASE_SERVICE_ROLE_KEY: 'service',
  DATABASE_URL: 'postgresql://postgres@database:5432/name',
  DATABASE_PASSWORD: 'p@ss/word',
  AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '/v2/credentials/guid',
};

interface Bundle {
  readonly version: number;
  readonly entrypoint_path: string;
  readonly verify_jwt: boolean;
  readonly files: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
}

/** An edge-runtime and an S3 with state to look at, in which the main service runs as it is. */
function startMain() {
  const objects = new Map<string, Bundle>();
  const asked: { url: string; headers: Headers; status: number }[] = [];
  const files = new Map<string, string>();
  const workers: Record<string, unknown>[] = [];
  const errors: string[] = [];
  let now = Date.parse('2026-01-02T03:04:05Z');
  let handler: (request: Request) => Promise<Response> = () =>
    Promise.reject(new Error('Nothing is served.'));

  const s3 = (url: string, headers: Headers): Response => {
    const object = objects.get(new URL(url).pathname);
    if (object === undefined) return new Response('', { status: 404 });
    const etag = `"${object.version}"`;
    if (headers.get('if-none-match') === etag) return new Response(null, { status: 304 });
    return Response.json(object, { headers: { etag } });
  };

  class At extends Date {
    constructor() {
      super(now);
    }
    static override now() {
      return now;
    }
  }
  runInNewContext(SOURCE, {
    Date: At,
    Deno: {
      env: { get: (name: string) => ENV[name] },
      mkdir: () => Promise.resolve(),
      writeFile: (path: string, bytes: Uint8Array) =>
        Promise.resolve(files.set(path, Buffer.from(bytes).toString())),
      stderr: { writeSync: (bytes: Uint8Array) => errors.push(Buffer.from(bytes).toString()) },
      serve: (at: unknown, answer: typeof handler) => {
        expect(at).toEqual({ hostname: '127.0.0.1', port: 9000 });
        handler = answer;
      },
    },
    EdgeRuntime: {
      userWorkers: {
        create: (options: Record<string, unknown>) => {
          workers.push(options);
          return Promise.resolve({
            fetch: (request: Request) => Promise.resolve(new Response(`ran ${request.url}`)),
          });
        },
      },
    },
    fetch: (url: string, init: { headers?: Record<string, string> } = {}) => {
      if (url === 'http://169.254.170.2/v2/credentials/guid') return Promise.resolve(Response.json(ROLE));
      const headers = new Headers(init.headers);
      const response = s3(url, headers);
      asked.push({ url, headers, status: response.status });
      return Promise.resolve(response);
    },
    crypto: webcrypto,
    URL,
    Response,
    TextEncoder,
    TextDecoder,
    Uint8Array,
    SyntaxError,
    DOMException,
    atob,
  });
  const call = (path: string, init: RequestInit = {}) =>
    handler(new Request(`http://127.0.0.1:9000${path}`, init));
  return {
    objects,
    asked,
    files,
    workers,
    errors,
    call,
    pass: (milliseconds: number) => (now += milliseconds),
  };
}

const key = (slug: string) => `/${REF}/functions/${slug}.json`;
const bundle = (more: Partial<Bundle> = {}): Bundle => ({
  version: 1,
  entrypoint_path: 'index.ts',
  verify_jwt: false,
  files: { 'index.ts': btoa('serve()'), 'lib/a b.ts': btoa('export {}') },
  ...more,
});

function jwt(claims: object, { secret = SECRET, alg = 'HS256' } = {}): string {
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
  const signed = `${encode({ alg, typ: 'JWT' })}.${encode(claims)}`;
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}

let main: ReturnType<typeof startMain>;
beforeEach(() => {
  main = startMain();
});

test('runs a function from its bundle, with the files that were deployed', async () => {
  main.objects.set(key('hello'), bundle({ env: { OWN: 'x', SUPABASE_URL: 'https://evil.test' } }));
  const response = await main.call('/hello/path?x=1', { method: 'POST', body: 'b' });
  expect(await response.text()).toBe('ran http://127.0.0.1:9000/hello/path?x=1');
  expect(Object.fromEntries(main.files)).toEqual({
    '/tmp/functions/hello/1/index.ts': 'serve()',
    '/tmp/functions/hello/1/lib/a b.ts': 'export {}',
  });
  expect(main.workers).toMatchObject([
    {
      servicePath: '/tmp/functions/hello/1',
      maybeEntrypoint: 'file:///tmp/functions/hello/1/index.ts',
      memoryLimitMb: 256,
    },
  ]);
});

test('tells a function what Supabase tells it, and nothing of the task', async () => {
  main.objects.set(key('hello'), bundle({ env: { OWN: 'x', SUPABASE_URL: 'https://evil.test' } }));
  await main.call('/hello');
  const pairs = z.array(z.tuple([z.string(), z.string()])).parse(main.workers[0]?.['envVars']);
  expect(Object.fromEntries(pairs)).toEqual({
    SUPABASE_URL: `https://${REF}.example.com`,
    SUPABASE_ANON_KEY: 'anon',
    SUPABASE_SERVICE_ROLE_KEY: 'service',
    SUPABASE_PUBLISHABLE_KEYS: '{}',
    SUPABASE_SECRET_KEYS: '{}',
    SUPABASE_DB_URL: 'postgresql://postgres:p%40ss%2Fword@database:5432/name',
    OWN: 'x',
  });
});

test('signs its request to S3 as AWS asks', async () => {
  main.objects.set(key('hello'), bundle());
  await main.call('/hello');
  const [{ url, headers } = { url: '', headers: new Headers() }] = main.asked;
  expect(url).toBe(`https://cell-bucket.s3.eu-central-1.amazonaws.com${key('hello')}`);

  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
  const hmac = (by: string | Buffer, text: string) => createHmac('sha256', by).update(text).digest();
  const empty = sha256('');
  const canonical = [
    'GET',
    key('hello'),
    '',
    'host:cell-bucket.s3.eu-central-1.amazonaws.com',
    `x-amz-content-sha256:${empty}`,
    'x-amz-date:20260102T030405Z',
    'x-amz-security-token:session-token',
    '',
    'host;x-amz-content-sha256;x-amz-date;x-amz-security-token',
    empty,
  ].join('\n');
  const scope = '20260102/eu-central-1/s3/aws4_request';
  const signing = hmac(hmac(hmac(hmac('AWS4role-secret', '20260102'), 'eu-central-1'), 's3'), 'aws4_request');
  const signature = hmac(
    signing,
    `AWS4-HMAC-SHA256\n20260102T030405Z\n${scope}\n${sha256(canonical)}`,
  ).toString('hex');
  expect(Object.fromEntries(headers)).toEqual({
    authorization: `AWS4-HMAC-SHA256 Credential=ASIAEXAMPLE/${scope}, SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-security-token, Signature=${signature}`,
    'x-amz-content-sha256': empty,
    'x-amz-date': '20260102T030405Z',
    'x-amz-security-token': 'session-token',
  });
});

test('takes a new version within seconds, and asks no more often', async () => {
  main.objects.set(key('hello'), bundle());
  await main.call('/hello');
  main.pass(4_000);
  await main.call('/hello');
  expect(main.asked).toHaveLength(1);
  main.pass(2_000);
  await main.call('/hello');
  expect(main.asked.map(({ status }) => status)).toEqual([200, 304]);

  main.objects.set(key('hello'), bundle({ version: 2 }));
  main.pass(6_000);
  await main.call('/hello');
  expect(main.workers.at(-1)).toMatchObject({ servicePath: '/tmp/functions/hello/2' });

  main.objects.delete(key('hello'));
  main.pass(6_000);
  expect((await main.call('/hello')).status).toBe(404);
});

describe('a function that wants a token', () => {
  const soon = Math.floor(Date.parse('2026-01-02T03:05:00Z') / 1000);
  beforeEach(() => {
    main.objects.set(key('private'), bundle({ verify_jwt: true }));
  });

  test.each([
    ['none', undefined],
    ['another scheme', `Basic ${jwt({ exp: soon })}`],
    ['another secret', `Bearer ${jwt({ exp: soon }, { secret: 'x' })}`],
    ['another algorithm', `Bearer ${jwt({ exp: soon }, { alg: 'none' })}`],
    ['an expired one', `Bearer ${jwt({ exp: soon - 3600 })}`],
    ['no signature', `Bearer ${jwt({ exp: soon }).split('.').slice(0, 2).join('.')}.`],
    ['no JWT', 'Bearer sb_publishable_x'],
    ['something else', 'Bearer a.b.c'],
  ])('refuses %s', async (_, authorization) => {
    const response = await main.call(
      '/private',
      authorization === undefined ? {} : { headers: { authorization } },
    );
    expect(response.status).toBe(401);
    expect(main.workers).toEqual([]);
  });

  test('takes the project’s own, and a browser’s question without one', async () => {
    const response = await main.call('/private', {
      headers: { authorization: `Bearer ${jwt({ exp: soon })}` },
    });
    expect(response.status).toBe(200);
    expect((await main.call('/private', { method: 'OPTIONS' })).status).toBe(200);
  });

  test('takes a token of the signing key in use, and none that another key signed in its name', async () => {
    const statusOf = async (key: typeof CURRENT.privateKey) => {
      const text = [{ alg: 'ES256', kid: 'current' }, { exp: soon }]
        .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
        .join('.');
      const signature = sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' });
      const authorization = `Bearer ${text}.${signature.toString('base64url')}`;
      return (await main.call('/private', { headers: { authorization } })).status;
    };
    expect(await statusOf(CURRENT.privateKey)).toBe(200);
    expect(await statusOf(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey)).toBe(401);
  });
});

test.each(['/', '/..%2f..%2fsecret', '/a.b', '/1x', `/${'a'.repeat(129)}`])(
  'does not look for a function at %s',
  async (path) => {
    expect((await main.call(path)).status).toBe(404);
    expect(main.asked).toEqual([]);
  },
);

test('writes no file outside a function’s folder', async () => {
  main.objects.set(key('evil'), bundle({ files: { '../../etc/x': btoa('x') } }));
  const response = await main.call('/evil');
  expect(response.status).toBe(500);
  expect(main.files.size).toBe(0);
  const { id } = z.object({ id: z.string() }).parse(JSON.parse(main.errors[0] ?? '{}'));
  expect(await response.text()).toContain(id);
});
