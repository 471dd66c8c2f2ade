import { randomUUID } from 'node:crypto';
import { SignJWT, type JWK, exportJWK, generateKeyPair, importJWK } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { organizationSlugSchema } from '../../functions/core/kernel/ids.ts';
import { PLACEHOLDER, firstUser } from '../../functions/core/organization/first-user.ts';
import { OidcIdentityProvider } from '../../functions/drivers/oidc/identity.ts';
import { type OidcProvider, startOidcProvider } from '../light/oidc-provider.ts';
import { People } from './people.ts';

let keys: readonly JWK[];
let provider: OidcProvider;
let people: People;

async function newKeys(): Promise<readonly JWK[]> {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  return [{ ...(await exportJWK(privateKey)), kid: randomUUID(), alg: 'RS256', use: 'sig' }];
}

const start = (port = 0) => startOidcProvider('http://project.test/callback', { port, keys });

beforeEach(async () => {
  keys = await newKeys();
  provider = await start();
  people = new People({ identity: identityOf() });
});
afterEach(() => provider[Symbol.asyncDispose]());

const identityOf = (more: object = {}) =>
  new OidcIdentityProvider({ issuer: provider.issuer, clientId: provider.clientId, cooldownMs: 0, ...more });
const slugsIn = (body: unknown) =>
  z
    .array(z.object({ slug: z.string() }))
    .parse(body)
    .map(({ slug }) => slug);
const profile = (token: string) => people.call(token, 'GET', '/v1/profile');
const now = () => Math.floor(Date.now() / 1000);

/** A token that the provider could have signed: it is with its key. */
async function signed(claims: Readonly<Record<string, unknown>> = {}, header: object = {}): Promise<string> {
  const [key = {}] = keys;
  const payload = {
    iss: provider.issuer,
    aud: provider.clientId,
    sub: 'ann',
    email: 'ann@oidc.test',
    email_verified: true,
    iat: now(),
    exp: now() + 600,
    ...claims,
  };
  return new SignJWT(payload)
    .setProtectedHeader({ alg: 'RS256', kid: key.kid ?? '', ...header })
    .sign(await importJWK(key, 'RS256'));
}

describe('somebody who signs in with the issuer', () => {
  it('is a user from the first request on, the same one each time, with an organization of their own', async () => {
    const token = await provider.idToken('ann');
    const first = await profile(token);
    expect(first).toMatchObject({ status: 200, body: { primary_email: 'ann@oidc.test' } });
    expect((await profile(await provider.idToken('ann'))).body).toEqual(first.body);
    const { body } = await people.call(token, 'GET', '/v1/organizations');
    expect(body).toEqual([expect.objectContaining({ name: 'ann’s organization' })]);
    const slug = slugsIn(body)[0] ?? '';
    expect(await people.audited(organizationSlugSchema.parse(slug))).toEqual(['organization.create']);
    const created = await people.call(token, 'POST', '/v1/organizations', { body: { name: 'Mine' } });
    expect(created.status).toBe(201);
    expect((await people.call(token, 'GET', '/v1/organizations')).body).toHaveLength(2);
  });

  it('owns the organization of a cloud that nobody signed up to before, as the first and only heir', async () => {
    const { organization } = await firstUser(PLACEHOLDER, people.ports);
    const tokens = await Promise.all(['ann', 'bob', 'cleo'].map((name) => provider.idToken(name)));
    const answers = await Promise.all(tokens.map((token) => people.call(token, 'GET', '/v1/organizations')));
    const slugs = answers.flatMap(({ body }) => slugsIn(body));
    expect(slugs).toHaveLength(3);
    expect(slugs.filter((slug) => slug === organization)).toHaveLength(1);
    const heir = tokens[slugs.indexOf(organization)];
    const members = await people.call(heir, 'GET', `/platform/organizations/${organization}/members`);
    expect(members.body).toEqual([
      expect.objectContaining({ role: 'owner' }),
      expect.objectContaining({ role: 'owner' }),
    ]);
    expect(await people.audited(organization)).toEqual(['organization.inherit']);
  });

  it('does not inherit from an owner who is somebody, nor an organization that is gone', async () => {
    const { organization } = await firstUser('operator@example.com', people.ports);
    const token = await provider.idToken('ann');
    const { body } = await people.call(token, 'GET', '/v1/organizations');
    expect(slugsIn(body)).toHaveLength(1);
    expect(slugsIn(body)).not.toContain(organization);
  });

  it('is one user, however many of their first requests come at once', async () => {
    const tokens = await Promise.all([1, 2, 3, 4].map((exp) => signed({ exp: now() + 60 * exp })));
    const answers = await Promise.all(tokens.map(profile));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(answers[0]?.status).toBe(200);
  });

  it('is the user that has their verified address', async () => {
    const known = await people.person('Ann@oidc.test');
    expect((await profile(await provider.idToken('ann'))).body).toMatchObject({ gotrue_id: known.id });
  });

  it('is nobody while the address is not verified, least of all its owner', async () => {
    await people.person('eve@oidc.test');
    expect((await profile(await provider.idToken('unverified-eve'))).status).toBe(401);
    expect((await profile(await signed({ sub: 'x', email_verified: false }))).status).toBe(401);
    expect((await profile(await signed({ sub: 'y', email: undefined }))).status).toBe(401);
  });

  it('may later show a token without the address, such as an access token', async () => {
    const { body } = await profile(await signed());
    const access = { aud: undefined, client_id: provider.clientId, email: undefined };
    expect((await profile(await signed(access, { typ: 'at+jwt' }))).body).toEqual(body);
    expect((await profile(await signed({ ...access, client_id: 'another' }))).status).toBe(401);
  });

  it('accepts an invitation to the address, and makes an access token', async () => {
    const owner = await people.person('owner@example.com');
    const slug = await people.organization(owner);
    await people.call(owner.token, 'POST', `/platform/organizations/${slug}/invitations`, {
      body: { email: 'ann@oidc.test', role: 'developer' },
    });
    const token = await provider.idToken('ann');
    const [link = ''] = people.invitationsTo('ann@oidc.test');
    expect((await people.call(token, 'POST', `/platform/invitations/${link}/accept`)).status).toBe(200);
    const made = await people.call(token, 'POST', '/platform/tokens', { body: { name: 'mine' } });
    expect(made).toMatchObject({ status: 201, body: { expires_at: null } });
  });
});

describe('a token is refused that', () => {
  it('is for another client', async () => {
    expect((await profile(await signed({ aud: 'another' }))).status).toBe(401);
    expect((await profile(await signed({ aud: [provider.clientId, 'another'] }))).status).toBe(401);
  });

  it('is of another issuer', async () => {
    expect((await profile(await signed({ iss: 'https://issuer.example' }))).status).toBe(401);
  });

  it('has expired, but for a difference of the clocks; or has no end', async () => {
    expect((await profile(await signed({ exp: now() - 60 }))).body).toMatchObject({
      message: 'The session has expired.',
    });
    expect((await profile(await signed({ exp: undefined }))).status).toBe(401);
    expect((await profile(await signed({ nbf: now() + 600 }))).status).toBe(401);
  });

  it('was changed', async () => {
    const [head = '', body = '', signature = ''] = (await signed()).split('.');
    const changed = Buffer.from(body, 'base64url').toString().replace('ann@', 'bob@');
    const forged = Buffer.from(changed).toString('base64url');
    expect((await profile(`${head}.${forged}.${signature}`)).status).toBe(401);
    expect((await profile(`${head}.${body}.${signature.slice(0, -4)}AAAA`)).status).toBe(401);
  });

  it('is not signed, or with a key that everybody knows', async () => {
    const [, body = ''] = (await signed()).split('.');
    const head = (header: object) => Buffer.from(JSON.stringify(header)).toString('base64url');
    for (const token of [`${head({ alg: 'none' })}.${body}.`, `${head({ alg: 'none' })}.${body}.x`]) {
      expect((await profile(token)).status).toBe(401);
    }
    const [{ n = '', kid = '' } = {}] = keys;
    const hmac = await new SignJWT({ iss: provider.issuer, aud: provider.clientId, sub: 'ann' })
      .setProtectedHeader({ alg: 'HS256', kid })
      .setIssuedAt()
      .setExpirationTime('5m')
      .sign(new TextEncoder().encode(n));
    expect((await profile(hmac)).status).toBe(401);
  });

  it('is made for something else', async () => {
    const events = { 'http://schemas.openid.net/event/backchannel-logout': {} };
    expect((await profile(await signed({ events }))).status).toBe(401);
    expect((await profile(await signed({}, { typ: 'logout+jwt' }))).status).toBe(401);
  });
});

describe('the keys of the issuer', () => {
  const restart = async () => {
    await provider[Symbol.asyncDispose]();
    provider = await start(Number(new URL(provider.issuer).port));
  };

  it('may change: the new one is asked for, the old one believed no more', async () => {
    const before = await provider.idToken('ann');
    expect((await profile(before)).status).toBe(200);
    keys = await newKeys();
    await restart();
    expect((await profile(await signed())).status).toBe(200);
    people.world.pass(60_000);
    expect((await profile(before)).status).toBe(401);
  });

  it('are not asked for at every unknown one', async () => {
    people = new People({ identity: identityOf({ cooldownMs: 60_000 }) });
    await profile(await signed());
    keys = await newKeys();
    await restart();
    expect((await profile(await signed({ sub: 'bob', email: 'bob@oidc.test' }))).status).toBe(401);
  });

  it('cannot be had: that is an outage, not a wrong token, and over when the issuer is back', async () => {
    const token = await signed();
    const port = Number(new URL(provider.issuer).port);
    await provider[Symbol.asyncDispose]();
    expect((await profile(token)).status).toBe(503);
    provider = await start(port);
    expect((await profile(token)).status).toBe(200);
  });

  it('are those of the issuer that was named', async () => {
    people = new People({ identity: identityOf({ issuer: `${provider.issuer}/` }) });
    expect((await profile(await signed())).status).toBe(503);
  });
});
