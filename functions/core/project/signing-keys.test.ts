import { generateKeyPairSync } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { World } from '../../../test/faults/world.ts';
import { enableLegacyKeys } from './api-keys.ts';
import type { Project } from './project.ts';
import { SIGNING_ALGORITHMS, SIGNING_KEY_STATUSES, type SigningKey } from './signing-key.ts';
import { createSigningKey, deleteSigningKey, importLegacyKey, updateSigningKey } from './signing-keys.ts';
import { stackKeys } from './stack-keys.ts';

let world: World;
let project: Project;

beforeEach(async () => {
  world = new World();
  ({ project } = await world.create());
  await world.quiet();
});

const secret = () => {
  const kept = world.cloud.of(project.ref).secret;
  if (kept === undefined) throw new Error('no secret');
  return kept;
};
const statuses = () => secret().signing_keys.map(({ status }) => status);

async function make(algorithm: SigningKey['algorithm'] = 'ES256', status: 'in_use' | 'standby' = 'standby') {
  const made = await createSigningKey(project, { algorithm, status }, world.actor, world.ports);
  if (!made.ok) throw new Error(made.error.message);
  return made.value;
}
const move = (id: string, status: SigningKey['status']) =>
  updateSigningKey(project, id, status, world.actor, world.ports);
const importing = (private_jwk: Record<string, unknown>, algorithm: SigningKey['algorithm'] = 'ES256') =>
  createSigningKey(project, { algorithm, status: 'standby', private_jwk }, world.actor, world.ports);

describe('the signing keys of a project', () => {
  it('begin with its JWT secret, in use, whichever key comes first', async () => {
    expect(secret().signing_keys).toEqual([]);
    await make();
    expect(secret().signing_keys).toMatchObject([
      { algorithm: 'HS256', status: 'in_use' },
      { algorithm: 'ES256', status: 'standby' },
    ]);
    const legacy = await importLegacyKey(project, world.actor, world.ports);
    expect(legacy).toEqual({ ok: true, value: secret().signing_keys[0] });
    expect(secret().signing_keys).toHaveLength(2);
  });

  it.each(SIGNING_ALGORITHMS)(
    'can be made for %s, and keep what is secret of them to the one who signs',
    async (algorithm) => {
      const key = await make(algorithm);
      const { jwt_keys, jwks } = stackKeys(secret());
      expect(JSON.parse(jwks).keys).toHaveLength(2);
      const hidden = key.private_jwk?.['d'] ?? 'nothing';
      expect(jwt_keys + jwks).not.toContain(hidden);
      await move(key.id, 'in_use');
      const later = stackKeys(secret());
      expect(JSON.parse(later.jwt_keys)).toMatchObject([
        { key_ops: ['verify'] },
        { kid: key.id, alg: algorithm, key_ops: ['sign', 'verify'] },
      ]);
      expect(later.jwks).not.toContain(hidden);
    },
  );

  it('have exactly one in use, through every rotation', async () => {
    const first = await make();
    const second = await make('RS256');
    await move(first.id, 'in_use');
    expect(statuses()).toEqual(['previously_used', 'in_use', 'standby']);
    await move(second.id, 'in_use');
    expect(statuses()).toEqual(['previously_used', 'previously_used', 'in_use']);
    await move(first.id, 'in_use');
    expect(statuses()).toEqual(['previously_used', 'in_use', 'previously_used']);
    await make('HS256', 'in_use');
    expect(statuses()).toEqual(['previously_used', 'previously_used', 'previously_used', 'in_use']);
  });

  it('follow one table of what can become what', async () => {
    const allowed: Record<string, readonly string[]> = {
      standby: ['in_use', 'revoked'],
      in_use: [],
      previously_used: ['in_use', 'revoked', 'standby'],
      revoked: ['standby'],
    };
    const bringTo: Record<string, readonly SigningKey['status'][]> = {
      standby: [],
      in_use: ['in_use'],
      previously_used: ['in_use'],
      revoked: ['revoked'],
    };
    for (const from of SIGNING_KEY_STATUSES) {
      for (const to of SIGNING_KEY_STATUSES.filter((status) => status !== from)) {
        world = new World();
        ({ project } = await world.create());
        const key = await make();
        for (const status of bringTo[from] ?? []) await move(key.id, status);
        if (from === 'previously_used') await make('ES256', 'in_use');
        const moved = await move(key.id, to);
        expect([from, to, moved.ok]).toEqual([from, to, allowed[from]?.includes(to)]);
      }
    }
  });

  it('cannot lose the JWT secret while the API keys that it has signed are enabled', async () => {
    await make('ES256', 'in_use');
    const [legacy] = secret().signing_keys;
    expect(await move(legacy?.id ?? '', 'revoked')).toMatchObject({ error: { code: 'conflict' } });
    await enableLegacyKeys(project, false, world.actor, world.ports);
    expect(stackKeys(secret()).jwt_secret_revoked).toBe('false');
    expect(await move(legacy?.id ?? '', 'revoked')).toMatchObject({ ok: true });
    expect(stackKeys(secret())).toMatchObject({ jwt_secret_revoked: 'true', legacy_keys_enabled: 'false' });
    expect(await enableLegacyKeys(project, true, world.actor, world.ports)).toMatchObject({ ok: false });
    const gone = await deleteSigningKey(project, legacy?.id ?? '', world.actor, world.ports);
    expect(gone.ok).toBe(true);
    expect(stackKeys(secret()).jwt_secret_revoked).toBe('true');
  });

  it('are deleted only when they are revoked', async () => {
    const key = await make();
    const remove = () => deleteSigningKey(project, key.id, world.actor, world.ports);
    expect(await remove()).toMatchObject({ error: { code: 'conflict' } });
    await move(key.id, 'revoked');
    expect(stackKeys(secret()).jwks).not.toContain(key.id);
    expect(await remove()).toMatchObject({ ok: true, value: { status: 'revoked' } });
    expect(await remove()).toMatchObject({ error: { code: 'not_found' } });
  });
});

describe('a signing key that is brought along', () => {
  const jwkOf = (curve = 'P-256') => ({
    ...generateKeyPairSync('ec', { namedCurve: curve }).privateKey.export({ format: 'jwk' }),
  });

  it('keeps its id and its material, and nothing else', async () => {
    const kid = '33333333-3333-4333-8333-333333333333';
    const jwk = jwkOf();
    const made = await importing({ ...jwk, kid, use: 'sig', ext: true });
    expect(made).toMatchObject({ ok: true, value: { id: kid, private_jwk: jwk } });
    expect(Object.keys(secret().signing_keys[1]?.private_jwk ?? {}).toSorted()).toEqual([
      'crv',
      'd',
      'kty',
      'x',
      'y',
    ]);
    expect(await importing({ ...jwkOf(), kid })).toMatchObject({ error: { field: 'body.private_jwk.kid' } });
  });

  it('is refused where its parts are not of one key, or of another kind, and is not quoted', async () => {
    const [one, other] = [jwkOf(), jwkOf()];
    const small = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey.export({ format: 'jwk' });
    const refusals = [
      await importing({ ...one, x: other.x, y: other.y }),
      await importing({ ...one, d: 'AAAA' }),
      await importing(one, 'EdDSA'),
      await importing({ ...small }, 'RS256'),
    ];
    for (const refusal of refusals) {
      expect(refusal).toMatchObject({ error: { code: 'validation_failed', field: 'body.private_jwk' } });
      expect(JSON.stringify(refusal)).not.toContain(one.d);
    }
    expect(secret().signing_keys).toEqual([]);
  });
});
