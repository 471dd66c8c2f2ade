import { decodeProtectedHeader, importJWK, jwtVerify } from 'jose';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { projectRefSchema } from '../../functions/core/kernel/ids.ts';
import { newProjectSecret, type ProjectSecret } from '../../functions/core/project/project-secret.ts';
import { stackKeys } from '../../functions/core/project/stack-keys.ts';
import { systemKeyPairs, systemRandom } from '../../functions/runtime/system.ts';
import { projectKeys } from './project-keys.ts';

const REF = projectRefSchema.parse('abcdefghijklmnopqrst');
const AT = '2026-01-01T00:00:00.000Z';
const fresh = () => newProjectSecret(REF, { now: new Date(AT), random: systemRandom });
const keysOf = (secret: ProjectSecret) => {
  const keys = stackKeys(secret);
  return { ...keys, ...projectKeys(secret, keys) };
};
type SigningKey = ProjectSecret['signing_keys'][number];
const key = (id: string, more: Pick<SigningKey, 'algorithm' | 'status' | 'private_jwk'>): SigningKey => ({
  id: `00000000-0000-4000-8000-00000000000${id}`,
  created_at: AT,
  updated_at: AT,
  ...more,
});
const keySetSchema = z.object({
  keys: z.array(z.record(z.string(), z.string().or(z.array(z.string())).or(z.boolean()))),
});

/** By what PostgREST, Realtime and Storage verify with. */
async function claimsOf(token: string, jwks: string) {
  const { kid, alg } = decodeProtectedHeader(token);
  const jwk = keySetSchema.parse(JSON.parse(jwks)).keys.find((each) => each['kid'] === kid);
  const { payload } = await jwtVerify(token, await importJWK({ ...jwk }, alg));
  return payload;
}

async function rolesOf(secret: ProjectSecret) {
  const { jwks, anon_token, service_token } = keysOf(secret);
  const claims = await Promise.all([anon_token, service_token].map((token) => claimsOf(token, jwks)));
  return claims.map(({ role }) => role);
}

describe('the tokens that stand for keys within a project', () => {
  it('are signed with the JWT secret at first', async () => {
    expect(await rolesOf(fresh())).toEqual(['anon', 'service_role']);
  });

  it.each(['ES256', 'RS256', 'EdDSA', 'HS256'] as const)(
    'are signed with an %s key in use',
    async (algorithm) => {
      const private_jwk = await systemKeyPairs.generate(algorithm);
      const signing_keys = [
        key('1', { algorithm: 'HS256', status: 'previously_used' }),
        key('2', { algorithm, status: 'in_use', private_jwk }),
      ];
      expect(await rolesOf({ ...fresh(), signing_keys })).toEqual(['anon', 'service_role']);
    },
  );
});

describe('what services take', () => {
  it('is no longer what the JWT secret signed, once that is revoked', async () => {
    const secret = fresh();
    const private_jwk = await systemKeyPairs.generate('ES256');
    const signing_keys = [
      key('1', { algorithm: 'HS256', status: 'revoked' }),
      key('2', { algorithm: 'ES256', status: 'in_use', private_jwk }),
    ];
    const before = keysOf(secret);
    expect(before.trusted_jwt_secret).toBe(secret.jwt_secret);
    const keys = keysOf({ ...secret, signing_keys });
    expect(keys.jwks + keys.jwt_keys).not.toContain(Buffer.from(secret.jwt_secret).toString('base64url'));
    const taken = await importJWK({
      kty: 'oct',
      k: Buffer.from(keys.trusted_jwt_secret).toString('base64url'),
    });
    await expect(jwtVerify(secret.anon_key, taken)).rejects.toThrow('signature');
  });
});

describe('what the gateway is told', () => {
  it('names each key’s holder, and the JWT that stands for it', () => {
    const secret = fresh();
    const [publishable, secretKey] = secret.api_keys;
    const { gateway_consumers, gateway_bearers, gateway_tokens, anon_token, service_token } = keysOf(secret);
    expect(JSON.parse(`[${gateway_consumers}]`)).toEqual([
      {
        username: 'anon',
        keyauth_credentials: [{ key: secret.anon_key }, { key: publishable?.key }],
        acls: [{ group: 'anon' }],
      },
      {
        username: 'service_role',
        keyauth_credentials: [{ key: secret.service_role_key }, { key: secretKey?.key }],
        acls: [{ group: 'admin' }],
      },
    ]);
    expect(gateway_bearers).toBe(
      `(((headers.apikey == '${publishable?.key}') and 'Bearer ${anon_token}') or ` +
        `((headers.apikey == '${secretKey?.key}') and 'Bearer ${service_token}'))`,
    );
    expect(gateway_tokens).toContain(`(query_params.apikey == '${secretKey?.key}') and '${service_token}'`);
  });

  it('has no key that is disabled or deleted, and needs none', () => {
    const { gateway_consumers, gateway_bearers, publishable_key } = keysOf({
      ...fresh(),
      legacy_keys_enabled: false,
      api_keys: [],
    });
    expect(gateway_consumers).not.toMatch(/"key"/);
    expect(gateway_bearers).toBe('false');
    expect(publishable_key).not.toBe('');
  });

  it('lets a key that stands for a role of the owner’s do what that role may, and no more', async () => {
    const secret = fresh();
    const [, ordinary] = secret.api_keys;
    if (ordinary === undefined) throw new Error('no key');
    const robot = {
      ...ordinary,
      name: 'robot',
      key: 'sb_secret_robot',
      secret_jwt_template: { role: 'robot' },
    };
    const { gateway_consumers, gateway_tokens, jwks } = keysOf({ ...secret, api_keys: [robot] });
    const [anon, service] = JSON.parse(`[${gateway_consumers}]`);
    expect(anon.keyauth_credentials).toContainEqual({ key: robot.key });
    expect(service.keyauth_credentials).toEqual([{ key: secret.service_role_key }]);
    const token = /and '([^']+)'/.exec(gateway_tokens)?.[1] ?? '';
    expect(await claimsOf(token, jwks)).toMatchObject({ role: 'robot' });
  });
});
