import { jwtVerify } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { People } from './people.ts';
import { ProjectApi } from './project-api.ts';

let api: ProjectApi;
const call = (method: string, path: string, body?: unknown) => api.project(method, path, body);
const SIGNING = '/config/auth/signing-keys';
const ABSENT = '22222222-2222-4222-8222-222222222222';

beforeAll(async () => {
  api = await ProjectApi.start();
});

const keySchema = z.object({ id: z.string(), name: z.string(), type: z.string(), api_key: z.string() });
const keyOf = (answer: { readonly body: unknown }) => keySchema.parse(answer.body);
const secret = () => {
  const kept = api.world.cloud.of(api.ref).secret;
  if (kept === undefined) throw new Error('no secret');
  return kept;
};

describe('API keys', () => {
  it('are listed, the two legacy ones first, and shown whole to who asks for it', async () => {
    const list = z.array(keySchema);
    const cut = list.parse((await call('GET', '/api-keys')).body);
    const whole = list.parse((await call('GET', '/api-keys?reveal=true')).body);
    expect(cut.map(({ type, name }) => [type, name])).toEqual([
      ['legacy', 'anon'],
      ['legacy', 'service_role'],
      ['publishable', 'default'],
      ['secret', 'default'],
    ]);
    expect(cut.map(({ api_key }) => api_key.endsWith('·'))).toEqual([false, true, false, true]);
    expect(whole.map(({ api_key }) => api_key)).toEqual([
      secret().anon_key,
      secret().service_role_key,
      ...secret().api_keys.map(({ key }) => key),
    ]);
  });

  it('are created, read, changed and deleted', async () => {
    const made = await call('POST', '/api-keys?reveal=true', { type: 'secret', name: 'ci_key' });
    expect(made).toMatchObject({
      status: 201,
      body: { description: null, secret_jwt_template: { role: 'service_role' } },
    });
    const { id, api_key } = keyOf(made);
    expect((await call('GET', `/api-keys/${id}`)).body).toMatchObject({ id, name: 'ci_key' });
    const given = { description: 'for CI', secret_jwt_template: { role: 'ci' } };
    expect(await call('PATCH', `/api-keys/${id}`, given)).toMatchObject({
      status: 200,
      body: { ...given, name: 'ci_key' },
    });
    expect(keyOf(await call('DELETE', `/api-keys/${id}?reveal=true`)).api_key).toBe(api_key);
    for (const method of ['GET', 'DELETE']) expect((await call(method, `/api-keys/${id}`)).status).toBe(404);
  });

  it('are told apart from those that are not there or cannot be', async () => {
    expect((await call('GET', `/api-keys/${ABSENT}`)).status).toBe(404);
    expect((await call('PATCH', '/api-keys/anon', {})).status).toBe(400);
    const [publishable] = secret().api_keys;
    const template = { secret_jwt_template: { role: 'service_role' } };
    expect(await call('PATCH', `/api-keys/${publishable?.id}`, template)).toMatchObject({
      status: 400,
      body: { field: 'body.secret_jwt_template' },
    });
    const injected = { type: 'secret', name: 'injected', secret_jwt_template: { role: "x' or 'y" } };
    expect((await call('POST', '/api-keys', injected)).status).toBe(400);
  });

  it('that are JWTs are taken until they are disabled', async () => {
    expect((await call('GET', '/api-keys/legacy')).body).toEqual({ enabled: true });
    expect((await call('PUT', '/api-keys/legacy')).status).toBe(400);
    expect((await call('PUT', '/api-keys/legacy?enabled=false')).body).toEqual({ enabled: false });
    expect(secret().legacy_keys_enabled).toBe(false);
    expect((await call('GET', '/api-keys/legacy')).body).toEqual({ enabled: false });
  });
});

describe('a temporary key', () => {
  const path = (ref: string) => `/platform/projects/${ref}/api-keys/temporary`;
  const shape = z.object({ api_key: z.string() });

  it('is a JWT of this project for the service role that ends when it was asked to', async () => {
    const answer = await api.call('POST', `${path(api.ref)}?authorization_exp=60`);
    expect(answer.status).toBe(201);
    const { payload, protectedHeader } = await jwtVerify(
      shape.parse(answer.body).api_key,
      new TextEncoder().encode(secret().jwt_secret),
      { currentDate: api.world.ports.clock.now() },
    );
    const iat = Math.floor(api.world.ports.clock.now().getTime() / 1000);
    expect(payload).toEqual({ iss: 'baseplane', ref: api.ref, role: 'service_role', iat, exp: iat + 60 });
    expect(protectedHeader).toEqual({ alg: 'HS256', typ: 'JWT' });
    for (const query of ['authorization_exp=3601', 'authorization_exp=0', 'claims={"role":"postgres"}'])
      expect((await api.call('POST', `${path(api.ref)}?${query}`)).status).toBe(400);
  });

  it('is for those alone who may see the secret keys', async () => {
    const people = new People();
    const owner = await people.person('owner@example.com');
    const slug = await people.organization(owner);
    const made = await people.call(owner.token, 'POST', '/v1/projects', {
      body: { name: 'app', organization_slug: slug },
    });
    await people.world.quiet();
    const { ref } = z.object({ ref: z.string() }).parse(made.body);
    const statuses = await Promise.all(
      (['developer', 'read_only'] as const).map(async (role) => {
        const { token } = await people.member(slug, role);
        return (await people.call(token, 'POST', path(ref))).status;
      }),
    );
    const stranger = await people.person('stranger@example.com');
    statuses.push((await people.call(stranger.token, 'POST', path(ref))).status);
    expect(statuses).toEqual([201, 403, 404]);
  });
});

describe('signing keys', () => {
  it('are none until one is asked for, and the JWT secret is the first', async () => {
    expect((await call('GET', SIGNING)).body).toEqual({ keys: [] });
    expect((await call('GET', `${SIGNING}/legacy`)).status).toBe(404);
    const legacy = await call('POST', `${SIGNING}/legacy`);
    expect(legacy).toMatchObject({
      status: 201,
      body: { algorithm: 'HS256', status: 'in_use', public_jwk: null },
    });
    expect((await call('GET', `${SIGNING}/legacy`)).body).toEqual(legacy.body);
  });

  it('are created on standby, rotated, revoked and deleted', async () => {
    const made = await call('POST', SIGNING, { algorithm: 'RS256' });
    expect(made).toMatchObject({ status: 201, body: { status: 'standby', public_jwk: { e: 'AQAB' } } });
    const { id } = z.object({ id: z.string() }).parse(made.body);
    expect((await call('GET', `${SIGNING}/${id}`)).body).toEqual(made.body);
    const move = (status: string) => call('PATCH', `${SIGNING}/${id}`, { status });
    expect((await move('in_use')).body).toMatchObject({ status: 'in_use' });
    expect(await move('revoked')).toMatchObject({ status: 409, body: { field: 'body.status' } });
    expect((await call('DELETE', `${SIGNING}/${id}`)).status).toBe(409);
    await call('POST', SIGNING, { algorithm: 'ES256', status: 'in_use' });
    expect((await move('revoked')).status).toBe(200);
    expect((await call('DELETE', `${SIGNING}/${id}`)).body).toMatchObject({ id, status: 'revoked' });
    const { keys } = z
      .object({ keys: z.array(z.object({ status: z.string() })) })
      .parse((await call('GET', SIGNING)).body);
    expect(keys.map(({ status }) => status)).toEqual(['previously_used', 'in_use']);
  });

  it('name the field of a key that cannot be brought along', async () => {
    const refused = await call('POST', SIGNING, {
      algorithm: 'ES256',
      private_jwk: { kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA', d: 'AA' },
    });
    expect(refused).toMatchObject({ status: 400, body: { field: 'body.private_jwk' } });
    expect((await call('POST', SIGNING, { algorithm: 'ES512' })).status).toBe(400);
    expect((await call('PATCH', `${SIGNING}/${ABSENT}`, { status: 'in_use' })).status).toBe(404);
  });
});

describe('what else a project keeps to itself', () => {
  it('is its database’s password, which the database has when the answer comes', async () => {
    const password = 'correct horse';
    const changed = await call('PATCH', '/database/password', { password });
    expect(changed.status).toBe(200);
    expect(api.world.cloud.of(api.ref).database?.ownerPassword).toBe(password);
    expect(secret().db_password).toBe(password);
    expect((await call('PATCH', '/database/password', { password: 'x' })).status).toBe(400);
  });

  it('cannot be changed while there is no database that answers', async () => {
    await api.world.quiet();
    const { database } = api.world.cloud.of(api.ref);
    if (database === undefined) throw new Error('no database');
    database.state = 'stopped';
    expect((await call('PATCH', '/database/password', { password: 'another' })).status).toBe(409);
    expect(secret().db_password).toBe('correct horse');
    database.state = 'available';
  });

  it('is in no audit event', async () => {
    await api.world.quiet();
    const { organization = '' } = (await api.world.ports.projects.find(api.ref))?.value ?? {};
    const { items } = await api.world.table.query({ pk: `ORGANIZATION#${organization}`, prefix: 'AUDIT#' });
    const told = JSON.stringify(items);
    for (const action of ['api_key.create', 'signing_key.update', 'project.database_password.change'])
      expect(told).toContain(action);
    const hidden = [secret().jwt_secret, secret().db_password, ...secret().api_keys.map(({ key }) => key)];
    for (const value of hidden) expect(told).not.toContain(value);
  });
});
