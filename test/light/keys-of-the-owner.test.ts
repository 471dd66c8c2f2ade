import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { callers, masterUser } from '../database/callers.ts';
import { postgresAvailable } from '../database/cluster.ts';
import { startLight } from './process.ts';
import { RealtimeClients, subscribed, systemMessage } from './realtime-clients.ts';
import { makeSettings, type RunningProject, type Settings, sign, startProject } from './running-project.ts';

const ROBOT = 'sb_secret_of_the_robot';
const CI = 'sb_secret_of_ci';
const KEYS = {
  SECRET_KEYS: JSON.stringify({ robot: ROBOT, ci: CI }),
  SECRET_KEY_CLAIMS: JSON.stringify({ robot: { role: 'robot', purpose: 'reports' } }),
};

async function start(settings: Settings): Promise<RunningProject> {
  const project = await startProject(callers[0] ?? masterUser, settings);
  await project.database.sql(`
    create role robot nologin;
    grant robot to authenticator, light_user;
    grant usage on schema public to robot;
    create table public.claims (id int primary key);
    create function public.claims_of_caller() returns text language sql
      as $$ select current_user || ' ' || (current_setting('request.jwt.claims')::json ->> 'purpose') $$;
  `);
  return project;
}

describe.runIf(postgresAvailable)('keys that the owner has named', () => {
  let project: RunningProject;
  beforeAll(async () => {
    project = await start(KEYS);
  });
  afterAll(() => project[Symbol.asyncDispose]());

  const ask = (apikey: string, path: string, headers: Record<string, string> = {}) =>
    fetch(`${project.url}${path}`, { headers: { apikey, ...headers } });

  test('stand for the claims that they are given, and nothing above', async () => {
    await expect
      .poll(async () => (await ask(ROBOT, '/rest/v1/rpc/claims_of_caller')).json(), { timeout: 10_000 })
      .toBe('robot reports');
    expect((await ask(CI, '/auth/v1/admin/users')).status).toBe(200);
    expect((await ask(ROBOT, '/auth/v1/admin/users')).status).toBe(403);
    expect((await ask(ROBOT, '/metrics')).status).toBe(403);
  });

  test('cannot be had from the token that stands for one', async () => {
    const token = await sign(
      { role: 'service_role', ref: project.setting('PROJECT_REF') },
      project.setting('JWT_SECRET'),
    );
    expect((await ask(token, '/rest/v1/claims')).status).toBe(401);
    expect((await ask(CI, '/rest/v1/claims', { authorization: `Bearer ${token}` })).status).toBe(200);
  });
});

describe.runIf(postgresAvailable)('a project without legacy keys', () => {
  let project: RunningProject;
  beforeAll(async () => {
    project = await start({
      ...KEYS,
      LEGACY_KEYS_ENABLED: 'false',
      SERVICES: 'rest,auth,realtime,meta',
    });
  });
  afterAll(() => project[Symbol.asyncDispose]());

  test.each(['ANON_KEY', 'SERVICE_ROLE_KEY'])('refuses %s wherever it stands', async (name) => {
    const key = project.setting(name);
    const bearer = { authorization: `Bearer ${key}` };
    const places = [
      { apikey: key },
      bearer,
      { apikey: CI, ...bearer },
      { apikey: key, authorization: `Bearer ${CI}` },
    ];
    for (const headers of places) {
      const response = await fetch(`${project.url}/rest/v1/claims`, { headers });
      expect([response.status, await response.json()]).toMatchObject([
        401,
        { message: 'Legacy API keys are disabled' },
      ]);
    }
    const again = await sign(
      { role: 'service_role', iss: 'supabase', ref: project.setting('PROJECT_REF') },
      project.setting('JWT_SECRET'),
    );
    const response = await fetch(`${project.url}/rest/v1/claims`, { headers: { apikey: again } });
    expect(response.status).toBe(401);
  });

  const temporary = (expires: string, { ref = project.setting('PROJECT_REF'), role = 'service_role' } = {}) =>
    sign({ iss: 'baseplane', ref, role }, project.setting('JWT_SECRET'), expires);
  const statusOf = async (path: string, headers: Record<string, string>) =>
    (await fetch(`${project.url}${path}`, { headers })).status;

  test('takes a temporary key in all its services, from browsers too, alone or beside a key', async () => {
    const key = await temporary('5m');
    const bearer = { authorization: `Bearer ${key}` };
    const agent = { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64)' };
    const places = [
      { ...agent, apikey: key },
      { ...agent, apikey: key, ...bearer },
      { apikey: ROBOT, ...bearer },
    ];
    for (const headers of places) {
      for (const path of ['/rest/v1/claims', '/auth/v1/admin/users', '/pg/tables', '/metrics'])
        expect({ path, status: await statusOf(path, headers) }).toEqual({ path, status: 200 });
    }
    await using clients = new RealtimeClients(project);
    expect(await subscribed(clients.open('2.0.0', { key }).channel('keys'))).toBe('SUBSCRIBED');
  });

  test('takes none that is over, another’s, of another role or longer than an hour, and ends a channel with it', async () => {
    const refused = await Promise.all([
      temporary('-1s'),
      temporary('5m', { ref: 'zyxwvutsrqponmlkjihg' }),
      temporary('5m', { role: 'anon' }),
      temporary('2h'),
      sign(
        { iss: 'baseplane', ref: project.setting('PROJECT_REF'), role: 'service_role' },
        'another secret, just as long as ours is',
        '5m',
      ),
    ]);
    for (const apikey of refused) expect(await statusOf('/rest/v1/claims', { apikey })).toBe(401);
    await using clients = new RealtimeClients(project);
    const channel = clients.open('2.0.0', { key: await temporary('2s') }).channel('ending');
    const said = systemMessage(channel);
    channel.subscribe();
    expect(await said).toMatchObject({ message: expect.stringMatching(/^Token has expired/) });
  });

  test('takes its users’ tokens as before', async () => {
    const token = await sign({ role: 'service_role' }, project.setting('JWT_SECRET'));
    const headers = { apikey: CI, authorization: `Bearer ${token}` };
    expect((await fetch(`${project.url}/rest/v1/claims`, { headers })).status).toBe(200);
  });
});

describe.runIf(postgresAvailable)('a project whose JWT secret is revoked', () => {
  let project: RunningProject;
  beforeAll(async () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const jwk = privateKey.export({ format: 'jwk' });
    const key = { ...jwk, kid: 'current', alg: 'ES256', key_ops: ['sign', 'verify'] };
    project = await start({
      ...KEYS,
      LEGACY_KEYS_ENABLED: 'false',
      JWT_SECRET_REVOKED: 'true',
      JWT_KEYS: JSON.stringify([key]),
    });
  });
  afterAll(() => project[Symbol.asyncDispose]());

  test('takes nothing that it has signed, and keys and sessions all the same', async () => {
    const token = await sign({ role: 'service_role' }, project.setting('JWT_SECRET'));
    const temporary = await sign(
      { iss: 'baseplane', role: 'service_role', ref: project.setting('PROJECT_REF') },
      project.setting('JWT_SECRET'),
      '5m',
    );
    const ask = (headers: Record<string, string>) => fetch(`${project.url}/rest/v1/claims`, { headers });
    expect((await ask({ apikey: temporary })).status).toBe(401);
    expect((await ask({ apikey: CI, authorization: `Bearer ${token}` })).status).toBe(401);
    expect((await ask({ apikey: project.setting('ANON_KEY') })).status).toBe(401);
    expect((await ask({ apikey: CI })).status).toBe(200);
    const signedUp = await fetch(`${project.url}/auth/v1/signup`, {
      method: 'POST',
      headers: { apikey: CI, 'content-type': 'application/json' },
      body: JSON.stringify({ email: 'ada@keys.test', password: 'correct horse' }),
    });
    const { access_token } = z.object({ access_token: z.string() }).parse(await signedUp.json());
    expect((await ask({ apikey: CI, authorization: `Bearer ${access_token}` })).status).toBe(200);
  });
});

test.each([
  ['SECRET_KEY_CLAIMS', JSON.stringify({ robot: { purpose: 'none' } })],
  ['SECRET_KEYS', '{"robot": 1}'],
])('a project does not start with a %s that is none', async (name, value) => {
  await using light = startLight();
  light.configure({ ...(await makeSettings()), [name]: value });
  expect(await light.ended).toBe(2);
  expect(light.output()).toContain(`${name} must be`);
});
