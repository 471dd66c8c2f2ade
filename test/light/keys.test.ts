import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callers, masterUser } from '../database/callers.ts';
import { postgresAvailable } from '../database/cluster.ts';
import { makeSettings, type RunningProject, sign, startProject } from './running-project.ts';

describe.runIf(postgresAvailable)('keys and tokens', () => {
  let project: RunningProject;

  beforeAll(async () => {
    project = await startProject(callers[0] ?? masterUser);
    await project.database.sql(`
      create table public.open (id int primary key);
      insert into public.open values (1);
    `);
  });

  afterAll(() => project[Symbol.asyncDispose]());

  async function get(headers: Record<string, string>, path = '/rest/v1/open') {
    const response = await fetch(`${project.url}${path}`, { headers });
    return { status: response.status, headers: response.headers, body: await response.json() };
  }

  const secret = () => project.setting('JWT_SECRET');
  const ref = () => project.setting('PROJECT_REF');
  const withToken = (token: string) =>
    get({ apikey: project.setting('ANON_KEY'), authorization: `Bearer ${token}` });

  test.each(['ANON_KEY', 'SERVICE_ROLE_KEY', 'PUBLISHABLE_KEYS', 'SECRET_KEYS'] as const)(
    '%s is taken as header, as query parameter and as bearer token',
    async (name) => {
      const key = project.setting(name);
      const rows = [{ id: 1 }];
      expect(await get({ apikey: key })).toMatchObject({ status: 200, body: rows });
      expect(await get({ authorization: `Bearer ${key}` })).toMatchObject({ status: 200, body: rows });
      expect(await get({}, `/rest/v1/open?apikey=${key}&id=eq.1`)).toMatchObject({ status: 200, body: rows });
      expect((await project.client(name).from('open').select()).data).toEqual(rows);
    },
  );

  test('no key, an unknown key and another project’s keys are refused', async () => {
    const other = await makeSettings('zyxwvutsrqponmlkjihg');
    expect(await get({})).toMatchObject({ status: 401, body: { message: 'No API key found in request' } });
    const invalid = { status: 401, body: { message: 'Invalid API key' } };
    for (const key of ['nonsense', 'sb_secret_', 'sb_publishable_x', other['ANON_KEY'], other['SECRET_KEYS']])
      expect(await get({ apikey: key ?? '' })).toMatchObject(invalid);
    expect(
      await get({ apikey: project.setting('ANON_KEY'), authorization: 'Bearer sb_secret_x' }),
    ).toMatchObject(invalid);
  });

  test('a key forged with the right shape is refused', async () => {
    const wrong = 'not the secret of this project, but long';
    const forged = await Promise.all([
      sign({ role: 'service_role', iss: 'supabase', ref: ref() }, wrong),
      sign({ role: 'service_role', iss: 'supabase', ref: 'zyxwvutsrqponmlkjihg' }, secret()),
      sign({ role: 'service_role', iss: 'someone', ref: ref() }, secret()),
      sign({ role: 'postgres', iss: 'supabase', ref: ref() }, secret()),
      sign({ role: 'service_role', iss: 'supabase', ref: ref() }, secret(), '-1s'),
    ]);
    for (const apikey of forged) expect(await get({ apikey })).toMatchObject({ status: 401 });
    const again = await sign({ role: 'anon', iss: 'supabase', ref: ref(), jti: 'reissued' }, secret());
    expect(await get({ apikey: again })).toMatchObject({ status: 200 });
  });

  test('a bearer token that is not this project’s is refused', async () => {
    const unsigned = (claims: object) =>
      [{ alg: 'none', typ: 'JWT' }, claims]
        .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
        .join('.');
    const claims = { role: 'service_role', exp: 4_102_444_800 };
    const { status, headers, body } = await withToken(
      await sign(claims, 'another secret, just as long as ours is'),
    );
    expect({ status, body }).toMatchObject({ status: 401, body: { code: 'PGRST301' } });
    expect(headers.get('www-authenticate')).toContain('invalid_token');
    expect(await withToken(`${unsigned(claims)}.`)).toMatchObject({
      status: 401,
      body: { code: 'PGRST301' },
    });
    expect(await withToken('nonsense')).toMatchObject({ status: 401, body: { code: 'PGRST301' } });
    const expired = await sign({ role: 'authenticated' }, secret(), '-1s');
    expect(await withToken(expired)).toMatchObject({
      status: 401,
      body: { code: 'PGRST303', message: 'JWT expired' },
    });
    const foreign = await sign({ role: 'authenticated', ref: 'zyxwvutsrqponmlkjihg' }, secret());
    expect(await withToken(foreign)).toMatchObject({ status: 401, body: { code: 'PGRST301' } });
  });

  test('a token of the project with a changed role fails its signature', async () => {
    const { token } = await project.signUp('forger@keys.test');
    const [head = '', payload = '', signature = ''] = token.split('.');
    const claims: object = JSON.parse(Buffer.from(payload, 'base64url').toString());
    const changed = Buffer.from(JSON.stringify({ ...claims, role: 'service_role' })).toString('base64url');
    expect(await withToken(`${head}.${payload}.${signature}`)).toMatchObject({ status: 200 });
    expect(await withToken(`${head}.${changed}.${signature}`)).toMatchObject({ status: 401 });
    const auth = await project.auth('GET', '/user', undefined, `${head}.${changed}.${signature}`);
    expect([auth.status, await auth.json()]).toMatchObject([403, { error_code: 'bad_jwt' }]);
  });

  test('a secret key is refused from a browser', async () => {
    const browser = { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64)' };
    const refused = await get({ apikey: project.setting('SECRET_KEYS'), ...browser });
    expect(refused).toMatchObject({
      status: 401,
      body: { message: 'Forbidden use of secret API key in browser' },
    });
    expect(await get({ apikey: project.setting('PUBLISHABLE_KEYS'), ...browser })).toMatchObject({
      status: 200,
    });
  });

  test('what Supabase leaves open needs no key', async () => {
    const open = await get({}, '/auth/v1/.well-known/jwks.json');
    expect(open).toMatchObject({ status: 200, body: { keys: [] } });
    const verify = await fetch(`${project.url}/auth/v1/verify?type=signup&token=x`, { redirect: 'manual' });
    expect(verify.status).toBe(303);
    expect(await get({}, '/auth/v1/settings')).toMatchObject({ status: 401 });
    expect(await get({}, '/health')).toMatchObject({ status: 200, body: { status: 'healthy' } });
  });

  test('paths of no service and of services that are off are told apart', async () => {
    expect(await get({}, '/nothing')).toMatchObject({
      status: 404,
      body: { message: 'no Route matched with those values' },
    });
    const off = await get({ apikey: project.setting('ANON_KEY') }, '/realtime/v1/websocket');
    expect(off).toMatchObject({ status: 404, body: { message: expect.stringContaining('realtime') } });
  });

  test('the description of the API is for the service role', async () => {
    expect(await get({ apikey: project.setting('SERVICE_ROLE_KEY') }, '/rest/v1/')).toMatchObject({
      status: 200,
      body: { swagger: '2.0' },
    });
    expect(await get({ apikey: project.setting('ANON_KEY') }, '/rest/v1/')).toMatchObject({ status: 403 });
  });

  test('browsers of any origin may call, with what the clients send', async () => {
    const preflight = await fetch(`${project.url}/rest/v1/open`, {
      method: 'OPTIONS',
      headers: {
        origin: 'https://app.test',
        'access-control-request-method': 'PATCH',
        'access-control-request-headers': 'apikey,authorization,content-profile,x-client-info,x-of-mine',
      },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-origin')).toBe('*');
    expect(preflight.headers.get('access-control-allow-methods')).toContain('PATCH');
    const allowed = preflight.headers.get('access-control-allow-headers')?.split(', ');
    expect(allowed).toEqual(expect.arrayContaining(['apikey', 'prefer', 'range', 'x-upsert', 'x-of-mine']));
    const { headers } = await get({ origin: 'https://app.test' });
    expect(headers.get('access-control-allow-origin')).toBe('*');
    expect(headers.get('access-control-expose-headers')).toContain('content-range');
  });
});
