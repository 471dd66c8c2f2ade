import { X509Certificate } from 'node:crypto';
import { expect, it } from 'vitest';
import { certificatesOf } from './authority.ts';

const NOW = new Date('2026-06-01T00:00:00Z');
const DOMAIN = 'pg.euc1.example.com';
const of = (seed: string, now = NOW) => certificatesOf(seed, DOMAIN, { now: () => now });
const SEED = 'a seed that is long enough, and the same for all';

it('every gateway of a cell makes the same authority, and another seed another one', () => {
  const [one, two, other] = [of(SEED), of(SEED), of(`${SEED}!`)].map(
    ({ authority }) => new X509Certificate(authority),
  );
  const keyOf = (certificate: X509Certificate | undefined) =>
    certificate?.publicKey.export({ type: 'spki', format: 'pem' });
  expect([keyOf(two), two?.subject, two?.validFrom, two?.validTo]).toEqual([
    keyOf(one),
    one?.subject,
    one?.validFrom,
    one?.validTo,
  ]);
  expect(keyOf(other)).not.toEqual(keyOf(one));
});

it('a server’s certificate is of the authority, for the gateway’s name and one for each project, for 90 days', () => {
  const made = of(SEED);
  const server = new X509Certificate(made.general().cert);
  expect(server.verify(new X509Certificate(made.authority).publicKey)).toBe(true);
  expect(server.checkHost(DOMAIN)).toBe(DOMAIN);
  expect(server.checkHost(`abcdefghijklmnopqrst.${DOMAIN}`)).toBe(`*.${DOMAIN}`);
  expect(server.checkHost('api.example.com')).toBe(undefined);
  expect(server.validToDate.getTime() - NOW.getTime()).toBe(90 * 24 * 60 * 60 * 1000);
});
