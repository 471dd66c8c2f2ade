import { createClient } from '@supabase/supabase-js';
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Cloud, type Keys, until } from './cloud.ts';
import { RequestLoop } from './request-loop.ts';

const keySchema = z.object({ id: z.string(), api_key: z.string(), name: z.string() });
const signingKeySchema = z.object({ id: z.string(), status: z.string(), algorithm: z.string() });

let cloud: Cloud;
let ref: string;
let keys: Keys;

beforeAll(async () => {
  cloud = await Cloud.start();
  ({ ref, keys } = await cloud.healthy('keys'));
  await cloud.sql(
    ref,
    `create table notes (id int primary key, owner uuid default auth.uid());
     insert into notes values (1);
     create role robot nologin; grant robot to authenticator, light_user;
     grant usage on schema public to robot; grant select on notes to robot;
     create function who() returns text language sql as 'select current_user';
     notify pgrst, 'reload schema';`,
  );
});
afterAll(() => cloud.destroy());

const api = (method: string, path: string, body?: unknown) =>
  cloud.call(method, `/v1/projects/${ref}${path}`, body);
const rest = (key: string, token?: string) => () =>
  fetch(`${cloud.url}/p/${ref}/rest/v1/notes?select=id`, {
    headers: { apikey: key, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
  });

async function answers(what: string, ask: () => Promise<Response>, status: number): Promise<unknown> {
  return until(what, async () => {
    const response = await ask();
    const body: unknown = await response.json();
    return response.status === status ? body : undefined;
  });
}

async function makeKey(body: object) {
  const made = await api('POST', '/api-keys?reveal=true', body);
  expect(made.status).toBe(201);
  return keySchema.parse(made.body);
}

describe('API keys', () => {
  it('come and go while the others are taken without a pause', async () => {
    await using loop = new RequestLoop([rest(keys.publishable), rest(keys.secret), rest(keys.anon)]);
    const made = await makeKey({ type: 'secret', name: 'ci_key', description: 'for CI' });
    await answers('the new key to be taken', rest(made.api_key), 200);
    const shown = await api('GET', `/api-keys/${made.id}`);
    expect(shown.body).toMatchObject({ name: 'ci_key', secret_jwt_template: { role: 'service_role' } });
    expect(shown.text).not.toContain(made.api_key);

    const gone = await api('DELETE', `/api-keys/${made.id}?was_compromised=true&reason=leaked`);
    expect(gone.status).toBe(200);
    expect(await answers('the deleted key to be refused', rest(made.api_key), 401)).toMatchObject({
      message: 'Invalid API key',
    });
    expect((await api('GET', `/api-keys/${made.id}`)).status).toBe(404);
    await cloud.reaches(ref, 'ACTIVE_HEALTHY');
    expect(loop.made).toBeGreaterThan(20);
    expect(loop.failures).toEqual([]);
  });

  it('stand for the role that they are made for', async () => {
    const robot = await makeKey({
      type: 'secret',
      name: 'robot_key',
      secret_jwt_template: { role: 'robot', purpose: 'reports' },
    });
    await answers('the key to be taken', rest(robot.api_key), 200);
    const client = cloud.client(ref, robot.api_key);
    expect((await client.rpc('who')).data).toBe('robot');
    expect((await client.from('notes').insert({ id: 99 })).error?.code).toBe('42501');
    expect((await client.auth.admin.listUsers()).error?.status).toBe(403);
  });

  it('that are JWTs are disabled and enabled together, while the others are taken without a pause', async () => {
    await using loop = new RequestLoop([rest(keys.publishable), rest(keys.secret)]);
    expect((await api('PUT', '/api-keys/legacy?enabled=false')).body).toEqual({ enabled: false });
    for (const key of [keys.anon, keys.serviceRole]) {
      const refusal = await answers('the legacy key to be refused', rest(key), 401);
      expect(refusal).toMatchObject({ message: 'Legacy API keys are disabled' });
    }
    expect((await rest(keys.publishable, keys.serviceRole)()).status).toBe(401);
    expect((await api('GET', '/api-keys/legacy')).body).toEqual({ enabled: false });
    // The control plane asks the services, too, by another key then.
    expect(await api('GET', '/types/typescript')).toMatchObject({ status: 200 });
    await api('PUT', '/api-keys/legacy?enabled=true');
    await answers('the legacy key to be taken again', rest(keys.anon), 200);
    expect(loop.failures).toEqual([]);
  });

  it('are refused where they cannot be, and the fault is named', async () => {
    const refusals = [
      [{ type: 'secret', name: 'x' }, 400, 'body.name'],
      [{ type: 'secret', name: 'Upper_Case' }, 400, 'body.name'],
      [{ type: 'legacy', name: 'legacy_one' }, 400, 'body.type'],
      [{ type: 'secret', name: 'no_role', secret_jwt_template: {} }, 400, 'body.secret_jwt_template.role'],
      [{ type: 'secret', name: 'robot_key' }, 409, 'body.name'],
      [{ type: 'secret', name: 'more_of', extra: 1 }, 400, 'body.extra'],
    ] as const;
    for (const [body, status, field] of refusals) {
      const refused = await api('POST', '/api-keys', body);
      expect([refused.status, refused.body]).toMatchObject([status, { field }]);
    }
    expect((await api('GET', '/api-keys/not-a-uuid')).status).toBe(400);
  });
});

describe('secrets', () => {
  it('are rotated, and what the old JWT secret has signed ends, while other keys are taken without a pause', async () => {
    await using loop = new RequestLoop([rest(keys.publishable), rest(keys.secret)]);
    const before = keys;
    expect((await cloud.call('POST', `/platform/projects/${ref}/jwt-secret/rotate`)).status).toBe(200);
    keys = await cloud.keys(ref);
    expect(keys.anon).not.toBe(before.anon);
    expect(keys.serviceRole).not.toBe(before.serviceRole);
    expect(keys).toMatchObject({ publishable: before.publishable, secret: before.secret });
    await answers('the old key to be refused', rest(before.anon), 401);
    await answers('the new key to be taken', rest(keys.anon), 200);
    expect(loop.failures).toEqual([]);
  });

  it('take another database password, with which SQL runs on', async () => {
    const password = "p4ss 'w\u00f6rd'";
    const changed = await api('PATCH', '/database/password', { password });
    expect([changed.status, changed.text]).toEqual([200, expect.not.stringContaining(password)]);
    expect(await cloud.sql(ref, 'select current_user as who')).toEqual([{ who: 'postgres' }]);
    // As who has lost it does.
    await cloud.sql(ref, "alter role postgres password 'another'");
    expect((await api('POST', '/database/query', { query: 'select 1' })).status).toBe(503);
    expect((await api('PATCH', '/database/password', { password })).status).toBe(200);
    expect(await cloud.sql(ref, 'select current_user as who')).toEqual([{ who: 'postgres' }]);
  });

  it('keep a root key', async () => {
    const shown = await api('GET', '/pgsodium');
    expect(shown.body).toMatchObject({ root_key: expect.stringMatching(/^[0-9a-f]{64}$/) });
    const root_key = 'MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=';
    expect((await api('PUT', '/pgsodium', { root_key })).body).toEqual({ root_key });
    expect((await api('GET', '/pgsodium')).body).toEqual({ root_key });
    expect((await api('PUT', '/pgsodium', { root_key: 'short' })).status).toBe(400);
  });
});

describe('signing keys', () => {
  const person = { email: 'ada@keys.test', password: 'correct horse' };
  const statusOf = (id: string) => async () =>
    signingKeySchema.parse((await api('GET', `/config/auth/signing-keys/${id}`)).body).status;
  const move = (id: string, status: string) => api('PATCH', `/config/auth/signing-keys/${id}`, { status });
  const signIn = async () => {
    const client = createClient(`${cloud.url}/p/${ref}`, keys.publishable, {
      auth: { persistSession: false, autoRefreshToken: false },
    });
    const { data, error } = await client.auth.signInWithPassword(person);
    expect(error).toBeNull();
    return data.session?.access_token ?? '';
  };
  const rotated = (kid: string) =>
    until('tokens to be signed with the new key', async () => {
      const token = await signIn();
      return decodeProtectedHeader(token).kid === kid ? token : undefined;
    });

  it('rotate without a failed request, and what a revoked one has signed is refused', async () => {
    await cloud.client(ref, keys.publishable).auth.signUp(person);
    const first = await signIn();
    expect(decodeProtectedHeader(first).alg).toBe('HS256');
    const user = () => cloud.client(ref, keys.publishable).auth.getUser(first);

    await using loop = new RequestLoop([
      rest(keys.publishable),
      rest(keys.secret),
      rest(keys.publishable, first),
    ]);
    const made = await api('POST', '/config/auth/signing-keys', { algorithm: 'ES256' });
    const { id } = signingKeySchema.parse(made.body);
    const keySet = new URL(`${cloud.url}/p/${ref}/auth/v1/.well-known/jwks.json`);
    await until('the key on standby to be published', async () =>
      (await (await fetch(keySet)).text()).includes(id) ? true : undefined,
    );
    expect((await move(id, 'in_use')).body).toMatchObject({ status: 'in_use', public_jwk: { kid: id } });
    const second = await rotated(id);
    expect((await jwtVerify(second, createRemoteJWKSet(keySet))).payload).toMatchObject({
      email: person.email,
    });
    expect((await user()).data.user?.email).toBe(person.email);
    expect((await rest(keys.publishable, second)()).status).toBe(200);

    const third = await api('POST', '/config/auth/signing-keys', { algorithm: 'RS256', status: 'in_use' });
    const rsa = signingKeySchema.parse(third.body);
    const last = await rotated(rsa.id);
    expect(await statusOf(id)()).toBe('previously_used');
    for (const token of [first, second, last])
      expect((await rest(keys.publishable, token)()).status).toBe(200);
    expect(loop.failures).toEqual([]);
    await loop[Symbol.asyncDispose]();

    await using others = new RequestLoop([
      rest(keys.publishable),
      rest(keys.secret),
      rest(keys.publishable, last),
    ]);
    const legacy = signingKeySchema.parse((await api('GET', '/config/auth/signing-keys/legacy')).body);
    expect((await move(legacy.id, 'revoked')).status).toBe(409);
    await api('PUT', '/api-keys/legacy?enabled=false');
    expect((await move(legacy.id, 'revoked')).body).toMatchObject({ status: 'revoked' });
    expect(await answers('the old token to be refused', rest(keys.publishable, first), 401)).toMatchObject({
      code: 'PGRST301',
    });
    expect((await user()).error?.status).toBe(403);
    expect((await move(id, 'revoked')).status).toBe(200);
    await answers('the other old token to be refused', rest(keys.publishable, second), 401);
    expect((await api('DELETE', `/config/auth/signing-keys/${id}`)).status).toBe(200);
    expect(others.failures).toEqual([]);
  });

  it('never show what is secret of them', async () => {
    const { text } = await api('GET', '/config/auth/signing-keys');
    expect(text).not.toMatch(/"(d|k|p|q|private_jwk)":/);
    expect(text).toContain('public_jwk');
  });
});
