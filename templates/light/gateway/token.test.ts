import { createSecretKey } from 'node:crypto';
import { SignJWT } from 'jose';
import { afterEach, expect, test, vi } from 'vitest';
import { NO_SIGNING_KEYS } from '../auth/sessions/signing-keys.ts';
import { type TokenRules, verifyToken } from './token.ts';
import { VerifiedTokens } from './verified-tokens.ts';

const rulesOf = (jwtSecret: string): TokenRules => ({
  jwtSecret,
  jwtSecretRevoked: false,
  projectRef: 'abcdefghijklmnopqrst',
  signingKeys: NO_SIGNING_KEYS,
  foreignIssuers: [],
});
const rules = rulesOf('a secret of at least thirty-two bytes');

const sign = (claims: object, secret = rules.jwtSecret) =>
  new SignJWT({ ...claims })
    .setProtectedHeader({ alg: 'HS256' })
    .setExpirationTime('1m')
    .sign(createSecretKey(Buffer.from(secret)));

afterEach(() => void vi.useRealTimers());

test('a token that was good is good until it is over, however often it was asked for', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  const token = await sign({ sub: 'ada' });
  for (let time = 0; time < 3; time++)
    expect(await verifyToken(token, rules)).toMatchObject({ ok: true, claims: { sub: 'ada' } });
  vi.setSystemTime(Date.now() + 60_000);
  expect(await verifyToken(token, rules)).toEqual({ ok: false, failure: 'expired' });
});

test('what is known of a token says nothing of one that differs, nor of one under other rules', async () => {
  const token = await sign({ sub: 'ada' });
  const [header, , signature] = token.split('.');
  const claims = Buffer.from(JSON.stringify({ sub: 'ada', role: 'service_role' })).toString('base64url');
  expect(await verifyToken(token, rules)).toMatchObject({ ok: true });
  const forged = await verifyToken(`${header}.${claims}.${signature}`, rules);
  expect(forged).toEqual({ ok: false, failure: 'signature' });
  const elsewhere = await verifyToken(token, rulesOf('another secret of more than 32 bytes'));
  expect(elsewhere).toEqual({ ok: false, failure: 'signature' });
});

test('as many tokens are remembered as there is room for, those in use longest', () => {
  const tokens = new VerifiedTokens();
  tokens.add('used', { sub: 'used' });
  tokens.add('unused', { sub: 'unused' });
  for (let other = 0; other < 999; other++) {
    tokens.get('used');
    tokens.add(`other ${other}`, {});
  }
  expect(tokens.get('used')).toEqual({ sub: 'used' });
  expect(tokens.get('unused')).toBeUndefined();
});
