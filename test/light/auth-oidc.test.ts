import { createHash } from 'node:crypto';
import { createClient } from '@supabase/supabase-js';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callers, masterUser } from '../database/callers.ts';
import { postgresAvailable } from '../database/cluster.ts';
import { type OidcProvider, providerSetting, startOidcProvider } from './oidc-provider.ts';
import { type RunningProject, startProject } from './running-project.ts';

const CALLBACK = 'http://project.test/p/x/auth/v1/callback';
const password = 'correct horse';

describe.runIf(postgresAvailable)('Auth, by providers of OpenID Connect', () => {
  let project: RunningProject;
  let acme: OidcProvider;
  let thrifty: OidcProvider;

  beforeAll(async () => {
    acme = await startOidcProvider(CALLBACK);
    thrifty = await startOidcProvider(CALLBACK, { claimsInToken: false });
    project = await startProject(callers[0] ?? masterUser, {
      AUTH_OIDC_PROVIDERS: providerSetting({ 'custom:acme': acme, 'custom:thrifty': thrifty }),
      ADDITIONAL_REDIRECT_URLS: 'http://app.test/**',
      SECURITY_MANUAL_LINKING_ENABLED: 'true',
      ENABLE_ANONYMOUS_USERS: 'true',
      MAILER_AUTOCONFIRM: 'false',
    });
  });

  afterAll(async () => {
    await project[Symbol.asyncDispose]();
    await acme[Symbol.asyncDispose]();
    await thrifty[Symbol.asyncDispose]();
  });

  const pkceClient = () =>
    createClient(project.url, project.setting('ANON_KEY'), {
      auth: { flowType: 'pkce', persistSession: false, autoRefreshToken: false },
    });

  /** What a browser does from the project’s own address on; the project is reached where it really listens. */
  async function callBack(back: URL): Promise<URL> {
    expect(back.href).toContain(CALLBACK);
    const response = await fetch(`${project.url}/auth/v1/callback${back.search}`, { redirect: 'manual' });
    return new URL(response.headers.get('location') ?? '');
  }

  async function goThrough(
    url: string | null | undefined,
    provider: OidcProvider,
    person: string,
  ): Promise<URL> {
    const begun = await fetch(url ?? '', { redirect: 'manual' });
    return callBack(await provider.visit(begun.headers.get('location') ?? '', person));
  }

  test.each(['custom:acme', 'custom:thrifty'] as const)(
    'a client with PKCE signs in through %s',
    async (name) => {
      const provider = name === 'custom:acme' ? acme : thrifty;
      const person = name.replace(':', '-');
      const { auth } = pkceClient();
      const options = { redirectTo: 'http://app.test/in?x=1', skipBrowserRedirect: true };
      const begun = await auth.signInWithOAuth({ provider: name, options });
      const url = begun.data.url?.replace('&skip_http_redirect=true', '');
      const landed = await goThrough(url, provider, person);
      expect(landed.origin + landed.pathname).toBe('http://app.test/in');
      expect(landed.searchParams.get('x')).toBe('1');
      const code = landed.searchParams.get('code') ?? '';
      const signedIn = await auth.exchangeCodeForSession(code);
      expect(signedIn).toMatchObject({
        error: null,
        data: {
          user: {
            email: `${person}@oidc.test`,
            app_metadata: { provider: name, providers: [name] },
            user_metadata: { full_name: `Name of ${person}`, email_verified: true },
          },
          session: { provider_token: expect.any(String) },
        },
      });
      expect(decodeJwt(signedIn.data.session?.access_token ?? '')).toMatchObject({
        amr: [{ method: 'oauth' }],
      });
      // A code is worth one session, whoever has seen it.
      const body = { auth_code: code, code_verifier: 'x'.repeat(43) };
      const again = await project.auth('POST', '/token?grant_type=pkce', body);
      expect([again.status, await again.json()]).toMatchObject([404, { error_code: 'flow_state_not_found' }]);
    },
  );

  test('a code is nothing without its verifier, and is gone after one wrong guess', async () => {
    const { auth } = pkceClient();
    const begun = await auth.signInWithOAuth({
      provider: 'custom:acme',
      options: { skipBrowserRedirect: true },
    });
    const landed = await goThrough(begun.data.url?.replace('&skip_http_redirect=true', ''), acme, 'bob');
    const code = landed.searchParams.get('code') ?? '';
    const guess = { auth_code: code, code_verifier: 'x'.repeat(43) };
    const wrong = await project.auth('POST', '/token?grant_type=pkce', guess);
    expect([wrong.status, await wrong.json()]).toMatchObject([400, { error_code: 'bad_code_verifier' }]);
    expect((await auth.exchangeCodeForSession(code)).error).toMatchObject({ code: 'flow_state_not_found' });
  });

  test('without PKCE the tokens come behind the hash, and a state is good once', async () => {
    const begun = await fetch(
      `${project.url}/auth/v1/authorize?provider=custom:acme&redirect_to=http://app.test/h`,
      {
        redirect: 'manual',
      },
    );
    const back = await acme.visit(begun.headers.get('location') ?? '', 'cyd');
    const landed = await callBack(back);
    const fields = new URLSearchParams(landed.hash.slice(1));
    expect(decodeJwt(fields.get('access_token') ?? '')).toMatchObject({ email: 'cyd@oidc.test' });
    expect((await callBack(back)).hash).toContain('bad_oauth_state');
    back.searchParams.set('state', 'c0ffee00-0000-4000-8000-000000000000');
    expect((await callBack(back)).origin).toBe('http://site.test');
  });

  test('what is not known is refused, and nobody is sent where the project does not know', async () => {
    const unknown = await project.auth('GET', '/authorize?provider=nobody');
    expect([unknown.status, await unknown.json()]).toMatchObject([400, { error_code: 'validation_failed' }]);
    const begun = await project.auth('GET', '/authorize?provider=custom:acme&redirect_to=http://evil.test/');
    const landed = await callBack(await acme.visit(begun.headers.get('location') ?? '', 'dan'));
    expect(landed.origin).toBe('http://site.test');
  });

  test('an address that the provider has verified belongs to its user, and ousts who registered it unconfirmed', async () => {
    const { auth } = project.client('ANON_KEY');
    await auth.signUp({ email: 'eve@oidc.test', password });
    const { data } = await auth.signInWithIdToken({
      provider: 'custom:acme',
      token: await acme.idToken('eve'),
    });
    expect(data.user?.identities?.map(({ provider }) => provider)).toEqual(['custom:acme']);
    expect((await auth.signInWithPassword({ email: 'eve@oidc.test', password })).error).toMatchObject({
      code: 'invalid_credentials',
    });
    const unverified = await auth.signInWithIdToken({
      provider: 'custom:acme',
      token: await acme.idToken('unverified-eve'),
    });
    expect(unverified.error).toMatchObject({ code: 'provider_email_needs_verification' });
  });

  test('an ID token is taken with its nonce alone, from its provider alone', async () => {
    const { auth } = project.client('ANON_KEY');
    const nonce = 'a nonce of the app';
    const hash = createHash('sha256').update(nonce).digest('hex');
    const token = await acme.idToken('fay', hash);
    const provider = 'custom:acme';
    expect((await auth.signInWithIdToken({ provider, token })).error).toMatchObject({ status: 400 });
    expect((await auth.signInWithIdToken({ provider, token, nonce: 'another' })).error).toMatchObject({
      status: 400,
    });
    expect((await auth.signInWithIdToken({ provider: 'custom:thrifty', token, nonce })).error).toMatchObject({
      code: 'bad_jwt',
    });
    const forged = `${token.slice(0, -8)}AAAAAAAA`;
    expect((await auth.signInWithIdToken({ provider, token: forged, nonce })).error).toMatchObject({
      code: 'bad_jwt',
    });
    expect(await auth.signInWithIdToken({ provider, token, nonce })).toMatchObject({
      error: null,
      data: { user: { email: 'fay@oidc.test' } },
    });
  });

  test('an anonymous user links an identity and stays who they are; the last identity stays too', async () => {
    const { auth } = project.client('ANON_KEY');
    const { data: anonymous } = await auth.signInAnonymously();
    const begun = await auth.linkIdentity({
      provider: 'custom:acme',
      options: { skipBrowserRedirect: true },
    });
    const landed = await callBack(
      await acme.visit(begun.data && 'url' in begun.data ? (begun.data.url ?? '') : '', 'gil'),
    );
    const fields = new URLSearchParams(landed.hash.slice(1));
    await auth.setSession({
      access_token: fields.get('access_token') ?? '',
      refresh_token: fields.get('refresh_token') ?? '',
    });
    const { data } = await auth.getUser();
    expect(data.user).toMatchObject({ id: anonymous.user?.id, is_anonymous: false, email: 'gil@oidc.test' });
    const { data: linked } = await auth.getUserIdentities();
    const [identity] = linked?.identities ?? [];
    expect(identity).toMatchObject({ provider: 'custom:acme', identity_data: { email: 'gil@oidc.test' } });
    if (identity === undefined) throw new Error('There is no identity.');
    expect((await auth.unlinkIdentity(identity)).error).toMatchObject({
      code: 'single_identity_not_deletable',
    });
  });

  test('an identity that belongs to somebody is not linked to anybody else', async () => {
    const { auth } = project.client('ANON_KEY');
    await auth.signInWithIdToken({ provider: 'custom:acme', token: await acme.idToken('hal') });
    const other = project.client('ANON_KEY').auth;
    await other.signInAnonymously();
    const linked = await other.linkIdentity({ provider: 'custom:acme', token: await acme.idToken('hal') });
    expect(linked.error).toMatchObject({ code: 'identity_already_exists' });
  });
});
