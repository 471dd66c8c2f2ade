import { decodeJwt } from 'jose';
import { describe, expect, it } from 'vitest';
import { projectRefSchema } from '../kernel/ids.ts';
import { type ProjectSecret, newProjectSecret } from './project-secret.ts';
import { serviceCredentials } from './temporary-key.ts';

const REF = projectRefSchema.parse('abcdefghijklmnopqrst');
const NOW = new Date('2026-01-01T00:00:00.500Z');
const SECRET = newProjectSecret(REF, { now: NOW, random: { bytes: (length) => new Uint8Array(length) } });
const secretKey = SECRET.api_keys.find(({ type }) => type === 'secret')?.key;
const readers = SECRET.api_keys.map((key) => ({ ...key, secret_jwt_template: { role: 'reader' } }));

describe('what the control plane asks services with', () => {
  it.each<[string, Partial<ProjectSecret>, string | undefined]>([
    ['the legacy key', {}, SECRET.service_role_key],
    ['a secret key where that is disabled', { legacy_keys_enabled: false }, secretKey],
    [
      'the token alone where no other key is the service’s',
      { legacy_keys_enabled: false, api_keys: readers },
      undefined,
    ],
  ])('is a token that ends, beside %s', (_, more, fixed) => {
    const { apikey, authorization } = serviceCredentials(REF, { ...SECRET, ...more }, NOW);
    const token = authorization.replace('Bearer ', '');
    expect(apikey).toBe(fixed ?? token);
    const iat = Date.parse('2026-01-01T00:00:00Z') / 1000;
    expect(decodeJwt(token)).toEqual({
      iss: 'baseplane',
      ref: REF,
      role: 'service_role',
      iat,
      exp: iat + 120,
    });
  });
});
