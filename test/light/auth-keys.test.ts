import {
  calculateJwkThumbprint,
  createRemoteJWKSet,
  decodeJwt,
  decodeProtectedHeader,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JWK,
  jwtVerify,
  SignJWT,
} from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callers, masterUser } from '../database/callers.ts';
import { postgresAvailable } from '../database/cluster.ts';
import { startLight } from './process.ts';
import { makeSettings, type RunningProject, startProject } from './running-project.ts';

type Key = JWK & { kid: string };

async function makeKey(operations: string[]): Promise<Key> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  const jwk = await exportJWK(privateKey);
  return { ...jwk, alg: 'ES256', kid: await calculateJwkThumbprint(jwk), key_ops: operations };
}

describe.runIf(postgresAvailable)('Auth, with signing keys of the project’s own', () => {
  let project: RunningProject;
  let current: Key;
  let previous: Key;
  let stranger: Key;
  let ada: Awaited<ReturnType<RunningProject['signUp']>>;

  beforeAll(async () => {
    current = await makeKey(['sign', 'verify']);
    previous = await makeKey(['verify']);
    stranger = await makeKey(['sign']);
    project = await startProject(callers[0] ?? masterUser, {
      JWT_KEYS: JSON.stringify({ keys: [current, previous] }),
    });
    ada = await project.signUp('ada@keys.test');
  });

  afterAll(() => project[Symbol.asyncDispose]());

  const keySet = () => new URL(`${project.url}/auth/v1/.well-known/jwks.json`);
  const statusOf = async (token: string) => (await project.auth('GET', '/user', undefined, token)).status;
  async function signWith({ key_ops: _operations, ...key }: JWK, kid: string) {
    const claims = new SignJWT({ ...decodeJwt(ada.token) }).setProtectedHeader({ alg: 'ES256', kid });
    return claims.sign(await importJWK(key, 'ES256'));
  }

  test('anybody can check a token by what is published, and the data plane takes it', async () => {
    expect(decodeProtectedHeader(ada.token)).toMatchObject({ alg: 'ES256', kid: current.kid });
    const { payload } = await jwtVerify(ada.token, createRemoteJWKSet(keySet()));
    expect(payload).toMatchObject({ sub: ada.id, role: 'authenticated' });
    expect(await ada.client.auth.getClaims()).toMatchObject({
      data: { claims: { sub: ada.id }, header: { alg: 'ES256' } },
    });
    await project.database.sql(`
      create table public.mine (id uuid);
      alter table public.mine enable row level security;
      create policy own on public.mine using (id = auth.uid()) with check (id = auth.uid());
    `);
    await expect
      .poll(async () => (await ada.client.from('mine').insert({ id: ada.id }).select()).data, {
        timeout: 10_000,
      })
      .toEqual([{ id: ada.id }]);
  });

  test('only public halves are published, and no key is in the log', async () => {
    const published = await (await fetch(keySet())).text();
    for (const { kid } of [current, previous]) expect(published).toContain(kid);
    for (const { d = '' } of [current, previous]) {
      expect(published).not.toContain(d);
      expect(project.light.output()).not.toContain(d);
    }
  });

  test('a key that only verifies still does, and nobody else’s key does', async () => {
    expect(await statusOf(await signWith(previous, previous.kid))).toBe(200);
    expect(await statusOf(await signWith(stranger, stranger.kid))).toBe(403);
    expect(await statusOf(await signWith(stranger, current.kid))).toBe(403);
  });

  test('the public key is no secret to sign with', async () => {
    const published = await (await fetch(keySet())).text();
    const { x = '' } = current;
    for (const secret of [published, x]) {
      const token = new SignJWT({ ...decodeJwt(ada.token) }).setProtectedHeader({
        alg: 'HS256',
        kid: current.kid,
      });
      expect(await statusOf(await token.sign(new TextEncoder().encode(secret)))).toBe(403);
    }
  });
});

test.each([
  ['no JSON', 'nonsense'],
  [
    'no key to sign with',
    JSON.stringify([{ kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA', key_ops: ['verify'] }]),
  ],
])('a project does not start with %s for its keys, and does not quote them', async (_what, keys) => {
  await using light = startLight();
  light.configure({ ...(await makeSettings()), JWT_KEYS: keys });
  expect(await light.ended).toBe(2);
  expect(light.output()).toContain('JWT_KEYS must be');
  expect(light.output()).not.toContain(keys);
});
