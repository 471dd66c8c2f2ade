import { createHash, createHmac, generateKeyPairSync, randomBytes, sign, webcrypto } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { runInNewContext } from 'node:vm';
import { beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { sealSecrets } from '../../functions/core/functions/sealed-secrets.ts';
import { serviceKey } from '../../functions/core/functions/service-key.ts';
import { projectRefSchema } from '../../functions/core/kernel/ids.ts';

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
  SERVICE_PASSWORD: 'service-password',
  AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '/v2/credentials/guid',
};

interface Deployed {
  readonly bundle?: string;
  readonly status?: string;
  readonly verify_jwt?: boolean;
  readonly files?: Readonly<Record<string, string>>;
}

/** An edge-runtime and an S3 with state to look at, in which the main service runs as it is. */
function startMain() {
  const objects = new Map<string, string | Uint8Array<ArrayBuffer>>();
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
    const etag = `"${createHash('sha256').update(object).digest('hex')}"`;
    if (headers.get('if-none-match') === etag) return new Response(null, { status: 304 });
    return new Response(object, { headers: { etag } });
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
          if (files.get(`${String(options['servicePath'])}/index.ts`)?.includes('throw'))
            return Promise.reject(new Error('worker boot error: the reason'));
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
    /** What the control plane writes when a function is deployed. */
    deploy(slug: string, { bundle = 'b1', files = FILES, status = 'ACTIVE', ...more }: Deployed = {}) {
      const of = { entrypoint_path: 'index.ts', import_map_path: null, verify_jwt: false, ...more };
      objects.set(`${PREFIX}/${slug}/${bundle}.json`, JSON.stringify({ files }));
      objects.set(manifest(slug), JSON.stringify({ slug, version: 1, status, bundle, ...of }));
    },
    setSecrets(function_secrets: Readonly<Record<string, string>>, service_password = 'service-password') {
      const random = { bytes: (length: number) => randomBytes(length) };
      const sealed = sealSecrets(projectRefSchema.parse(REF), { function_secrets, service_password }, random);
      objects.set(`${PREFIX}/.secrets`, Uint8Array.from(sealed));
    },
    /** The variables of the worker that was made last. */
    variables: () =>
      Object.fromEntries(z.array(z.tuple([z.string(), z.string()])).parse(workers.at(-1)?.['envVars'])),
    asked,
    files,
    workers,
    errors,
    call,
    pass: (milliseconds: number) => (now += milliseconds),
  };
}

const SOON = Math.floor(Date.parse('2026-01-02T03:05:00Z') / 1000);
const PREFIX = `/${REF}/~functions`;
const FILES = { 'index.ts': btoa('serve()'), 'lib/a b.ts': btoa('export {}') };
const manifest = (slug: string) => `${PREFIX}/${slug}/function.json`;

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
  main.deploy('hello');
  const response = await main.call('/hello/path?x=1', { method: 'POST', body: 'b' });
  expect(await response.text()).toBe('ran http://127.0.0.1:9000/hello/path?x=1');
  expect(Object.fromEntries(main.files)).toEqual({
    '/tmp/functions/hello/b1/none/index.ts': 'serve()',
    '/tmp/functions/hello/b1/none/lib/a b.ts': 'export {}',
  });
  expect(main.workers).toMatchObject([
    {
      servicePath: '/tmp/functions/hello/b1/none',
      maybeEntrypoint: 'file:///tmp/functions/hello/b1/none/index.ts',
      memoryLimitMb: 256,
      forceCreate: false,
    },
  ]);
});

test('tells a function what Supabase tells it, and nothing of the task', async () => {
  main.deploy('hello');
  main.setSecrets({ OWN: 'x', SUPABASE_URL: 'https://evil.test' });
  await main.call('/hello');
  expect(main.variables()).toEqual({
    SUPABASE_URL: `https://${REF}.example.com`,
    SUPABASE_ANON_KEY: 'anon',
    SUPABASE_SERVICE_ROLE_KEY: 'service',
    SUPABASE_PUBLISHABLE_KEYS: '{}',
    SUPABASE_SECRET_KEYS: '{}',
    SUPABASE_DB_URL: 'postgresql://postgres:p%40ss%2Fword@database:5432/name',
    OWN: 'x',
  });
});

test('gives secrets that have changed to another worker, and runs none with those of others', async () => {
  main.deploy('hello');
  const paths = new Set<unknown>();
  for (const OWN of ['one', 'two']) {
    main.setSecrets({ OWN });
    main.pass(6_000);
    await main.call('/hello');
    expect(main.variables()).toMatchObject({ OWN });
    paths.add(main.workers.at(-1)?.['servicePath']);
  }
  expect(paths.size).toBe(2);
  main.setSecrets({ OWN: 'three' }, 'another');
  main.pass(6_000);
  expect((await main.call('/hello')).status).toBe(500);
  expect(main.workers).toHaveLength(2);
});

test('tries a bundle that is not served yet, for the control plane alone', async () => {
  main.deploy('tried', { bundle: 'good', status: 'THROTTLED' });
  main.deploy('tried', { bundle: 'bad', status: 'THROTTLED', files: { 'index.ts': btoa('throw') } });
  const trial = (bundle: string, service_password = 'service-password') => {
    const key = serviceKey(projectRefSchema.parse(REF), { service_password }, 'function trial');
    return main.call(`/_internal/trial?slug=tried&bundle=${bundle}&entrypoint_path=index.ts`, {
      headers: { 'x-trial-key': key.toString('hex') },
    });
  };
  expect((await trial('good', 'another')).status).toBe(404);
  expect((await main.call('/_internal/trial?slug=tried&bundle=good')).status).toBe(404);
  expect(main.workers).toEqual([]);
  expect(await (await trial('good')).json()).toEqual({ booted: true });
  const bad = await trial('bad');
  expect([bad.status, await bad.json()]).toMatchObject([
    422,
    { message: expect.stringContaining('the reason') },
  ]);
  expect(main.workers).toMatchObject([{ forceCreate: true }, { forceCreate: true }]);
  expect((await trial('../../x')).status).toBe(422);
  expect((await main.call('/tried')).status).toBe(404);
});

test('signs its request to S3 as AWS asks', async () => {
  main.deploy('hello');
  await main.call('/hello');
  const [{ url, headers } = { url: '', headers: new Headers() }] = main.asked;
  expect(url).toBe(`https://cell-bucket.s3.eu-central-1.amazonaws.com${manifest('hello')}`);

  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
  const hmac = (by: string | Buffer, text: string) => createHmac('sha256', by).update(text).digest();
  const empty = sha256('');
  const canonical = [
    'GET',
    manifest('hello'),
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
  const asked = () =>
    main.asked.filter(({ url }) => url.endsWith('function.json')).map(({ status }) => status);
  main.deploy('hello');
  await main.call('/hello');
  main.pass(4_000);
  await main.call('/hello');
  expect(asked()).toEqual([200]);
  main.pass(2_000);
  await main.call('/hello');
  expect(asked()).toEqual([200, 304]);

  main.deploy('hello', { bundle: 'b2' });
  main.pass(6_000);
  await main.call('/hello');
  expect(main.workers.at(-1)).toMatchObject({ servicePath: '/tmp/functions/hello/b2/none' });

  main.objects.delete(manifest('hello'));
  main.pass(6_000);
  expect((await main.call('/hello')).status).toBe(404);
});

describe('a function that wants a token', () => {
  beforeEach(() => {
    main.deploy('private', { verify_jwt: true });
  });

  test.each([
    ['none', undefined],
    ['another scheme', `Basic ${jwt({ exp: SOON })}`],
    ['another secret', `Bearer ${jwt({ exp: SOON }, { secret: 'x' })}`],
    ['another algorithm', `Bearer ${jwt({ exp: SOON }, { alg: 'none' })}`],
    ['an expired one', `Bearer ${jwt({ exp: SOON - 3600 })}`],
    ['no signature', `Bearer ${jwt({ exp: SOON }).split('.').slice(0, 2).join('.')}.`],
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
      headers: { authorization: `Bearer ${jwt({ exp: SOON })}` },
    });
    expect(response.status).toBe(200);
    expect((await main.call('/private', { method: 'OPTIONS' })).status).toBe(200);
  });

  test('takes a token of the signing key in use, and none that another key signed in its name', async () => {
    const statusOf = async (key: typeof CURRENT.privateKey) => {
      const text = [{ alg: 'ES256', kid: 'current' }, { exp: SOON }]
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
  main.deploy('evil', { files: { '../../etc/x': btoa('x') } });
  const response = await main.call('/evil');
  expect(response.status).toBe(500);
  expect(main.files.size).toBe(0);
  const { id } = z.object({ id: z.string() }).parse(JSON.parse(main.errors[0] ?? '{}'));
  expect(await response.text()).toContain(id);
});
