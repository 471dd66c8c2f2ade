import { createClient } from '@supabase/supabase-js';
import { type CryptoKey, SignJWT, exportJWK, generateKeyPair } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type OidcProvider, startOidcProvider } from '../light/oidc-provider.ts';
import { Cloud, type Keys, until } from './cloud.ts';

const made = z.object({ id: z.string() });

let cloud: Cloud;
let ref: string;
let keys: Keys;
let provider: OidcProvider;
let signer: CryptoKey;

const api = (method: string, path: string, body?: unknown) =>
  cloud.call(method, `/v1/projects/${ref}/config/auth/third-party-auth${path}`, body);

/** What an app that signs its users in elsewhere does with supabase-js. */
const as = (token: string) =>
  createClient(`${cloud.url}/p/${ref}`, keys.publishable, { accessToken: async () => token });

const rowsOf = async (token: string) => {
  const { data, error, status } = await as(token).from('notes').select('text');
  return { status, rows: error === null ? data : error.message };
};

const sign = (claims: Record<string, unknown>, expires = '5m', key = signer, alg = 'ES256') =>
  new SignJWT(claims).setProtectedHeader({ alg, kid: 'theirs' }).setExpirationTime(expires).sign(key);

async function trust(body: object): Promise<string> {
  const { status, body: answer, text } = await api('POST', '', body);
  expect(status, text).toBe(201);
  return made.parse(answer).id;
}

const settled = (what: string, token: () => Promise<string>, status: number) =>
  until(what, async () => ((await rowsOf(await token())).status === status ? true : undefined));

beforeAll(async () => {
  cloud = await Cloud.start();
  ({ ref, keys } = await cloud.healthy('trusting'));
  provider = await startOidcProvider('http://app.test/callback');
  const pair = await generateKeyPair('ES256');
  signer = pair.privateKey;
  await cloud.sql(
    ref,
    `create table notes (text text, owner text);
     insert into notes values ('mine', 'ada'), ('not mine', 'bob');
     alter table notes enable row level security;
     create policy own on notes for select using ((auth.jwt() ->> 'sub') = owner);
     notify pgrst, 'reload schema';`,
  );
  await trust({ oidc_issuer_url: provider.issuer });
  const jwk = await exportJWK(pair.publicKey);
  await trust({ custom_jwks: { keys: [{ ...jwk, kid: 'theirs', alg: 'ES256' }] } });
  await settled('tokens of others to be taken', () => sign({ sub: 'ada', role: 'authenticated' }), 200);
});

afterAll(async () => {
  await cloud.destroy();
  await provider[Symbol.asyncDispose]();
});

describe('a project that trusts other issuers', () => {
  it('takes what an OpenID provider has signed, with row-level security by its claims', async () => {
    const token = await provider.idToken('ada');
    expect(await rowsOf(token)).toEqual({ status: 200, rows: [{ text: 'mine' }] });
    expect(await rowsOf(await provider.idToken('bob'))).toEqual({
      status: 200,
      rows: [{ text: 'not mine' }],
    });
  });

  it('takes what a key of theirs has signed, in REST and in Storage', async () => {
    const token = await sign({ sub: 'ada', role: 'authenticated' });
    expect(await rowsOf(token)).toEqual({ status: 200, rows: [{ text: 'mine' }] });
    await cloud.sql(
      ref,
      `insert into storage.buckets (id, name) values ('files', 'files');
       create policy all_theirs on storage.objects for all to authenticated
         using ((auth.jwt() ->> 'sub') = 'ada') with check ((auth.jwt() ->> 'sub') = 'ada');`,
    );
    const upload = (by: string) => as(by).storage.from('files').upload('note.txt', 'hello');
    expect((await upload(await sign({ sub: 'bob', role: 'authenticated' }))).error).not.toBeNull();
    expect((await upload(token)).error).toBeNull();
  });

  it.each([
    ['has expired', () => sign({ sub: 'ada', role: 'authenticated' }, '-1s')],
    [
      'has no end',
      () => new SignJWT({ sub: 'ada' }).setProtectedHeader({ alg: 'ES256', kid: 'theirs' }).sign(signer),
    ],
    ['would be the service', () => sign({ sub: 'ada', role: 'service_role' })],
    [
      'is signed by a key of nobody',
      async () => sign({ sub: 'ada' }, '5m', (await generateKeyPair('ES256')).privateKey),
    ],
    [
      'is of an issuer that signed otherwise',
      () => sign({ sub: 'ada', iss: 'http://127.0.0.1:1' }, '5m', signer).then((token) => `${token}x`),
    ],
  ])('refuses a token that %s', async (_, token) => {
    expect((await rowsOf(await token())).status).toBe(401);
  });

  it('knows them nowhere in its own Auth, not even under the id of a user of its own', async () => {
    const { data } = await cloud
      .client(ref, keys.anon)
      .auth.signUp({ email: 'eve@example.com', password: 'correct horse' });
    const user = z.object({ id: z.string() }).parse(data.user);
    const session = z.object({ access_token: z.string() }).parse(data.session);
    const { session_id } = z
      .object({ session_id: z.string() })
      .parse(JSON.parse(Buffer.from(session.access_token.split('.')[1] ?? '', 'base64url').toString()));
    const token = await sign({ sub: user.id, role: 'authenticated', session_id });
    const answer = await fetch(`${cloud.url}/p/${ref}/auth/v1/user`, {
      headers: { apikey: keys.anon, authorization: `Bearer ${token}` },
    });
    expect(answer.status).toBe(403);
    expect(await answer.json()).toMatchObject({ error_code: 'bad_jwt' });
  });

  it('lists them, and takes no more of one that it has ceased to trust', async () => {
    const listed = z.array(made.extend({ type: z.string() })).parse((await api('GET', '')).body);
    expect(listed.map(({ type }) => type)).toEqual(['oidc', 'custom-jwks']);
    expect((await api('POST', '', { oidc_issuer_url: provider.issuer })).status).toBe(409);
    const [oidc] = listed;
    expect((await api('GET', `/${oidc?.id}`)).body).toMatchObject({ oidc_issuer_url: provider.issuer });
    expect((await api('DELETE', `/${oidc?.id}`)).status).toBe(200);
    expect((await api('GET', `/${oidc?.id}`)).status).toBe(404);
    await settled('its tokens to be refused', () => provider.idToken('ada'), 401);
    expect((await rowsOf(await sign({ sub: 'ada', role: 'authenticated' }))).status).toBe(200);
  });

  it.each([
    [{}, 'must name one of'],
    [{ oidc_issuer_url: 'https://a.test', jwks_url: 'https://a.test/jwks' }, 'must name one of'],
    [{ oidc_issuer_url: 'http://a.test' }, 'must be https'],
    [{ oidc_issuer_url: 'ftp://a.test' }, 'must be an http or https URL'],
    [{ custom_jwks: { keys: [] } }, 'must hold a key'],
  ])('refuses %o', async (body, message) => {
    const { status, text } = await api('POST', '', body);
    expect({ status, text }).toEqual({ status: 400, text: expect.stringContaining(message) });
  });
});
