import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { callers, masterUser } from '../database/callers.ts';
import { postgresAvailable } from '../database/cluster.ts';
import { type RunningProject, startProject } from './running-project.ts';

const Tokens = z.object({ access_token: z.string(), refresh_token: z.string() });
const password = 'correct horse';

describe.runIf(postgresAvailable)('Auth, with sign-ups confirmed at once', () => {
  let project: RunningProject;

  beforeAll(async () => {
    // Nobody waits here for the seconds to pass in which a token may be exchanged again.
    project = await startProject(callers[0] ?? masterUser, { SECURITY_REFRESH_TOKEN_REUSE_INTERVAL: '0' });
  });

  afterAll(() => project[Symbol.asyncDispose]());

  const signIn = async (email: string, secret = password) => {
    const response = await project.auth('POST', '/token?grant_type=password', { email, password: secret });
    return Tokens.parse(await response.json());
  };
  const refresh = (token: string) =>
    project.auth('POST', '/token?grant_type=refresh_token', { refresh_token: token });

  test('signs up, in and out, refreshes, and knows its user', async () => {
    const client = project.client('ANON_KEY');
    const signedUp = await client.auth.signUp({
      email: 'Ada@auth.test',
      password,
      options: { data: { name: 'Ada' } },
    });
    expect(signedUp).toMatchObject({ error: null, data: { user: { email: 'ada@auth.test' }, session: {} } });
    expect(await client.auth.getUser()).toMatchObject({ data: { user: { user_metadata: { name: 'Ada' } } } });
    const first = signedUp.data.session?.refresh_token;
    expect(await client.auth.refreshSession()).toMatchObject({ error: null });
    expect((await client.auth.getSession()).data.session?.refresh_token).not.toBe(first);
    const updated = await client.auth.updateUser({ data: { name: 'Countess' } });
    expect(updated).toMatchObject({ data: { user: { user_metadata: { name: 'Countess' } } } });
    expect(await client.auth.signOut()).toEqual({ error: null });
    const signedIn = await client.auth.signInWithPassword({ email: 'ada@auth.test', password });
    expect(signedIn).toMatchObject({ error: null, data: { user: { user_metadata: { name: 'Countess' } } } });
  });

  test('refuses what GoTrue refuses, with its codes', async () => {
    const client = project.client('ANON_KEY');
    await client.auth.signUp({ email: 'taken@auth.test', password });
    const again = await client.auth.signUp({ email: 'taken@auth.test', password });
    expect(again.error).toMatchObject({ status: 422, code: 'user_already_exists' });
    const wrong = await client.auth.signInWithPassword({ email: 'taken@auth.test', password: 'battery' });
    expect(wrong.error).toMatchObject({ status: 400, code: 'invalid_credentials' });
    const weak = await client.auth.signUp({ email: 'weak@auth.test', password: '1' });
    expect(weak.error).toMatchObject({ status: 422, code: 'weak_password' });
    const broken = await fetch(`${project.url}/auth/v1/signup`, {
      method: 'POST',
      headers: { apikey: project.setting('ANON_KEY') },
      body: '{',
    });
    expect([broken.status, await broken.json()]).toMatchObject([400, { error_code: 'bad_json' }]);
    const nobody = await project.auth('GET', '/user');
    expect([nobody.status, await nobody.json()]).toMatchObject([403, { error_code: 'bad_jwt' }]);
  });

  test('access tokens carry all of GoTrue’s claims, also after a refresh', async () => {
    const { token, id } = await project.signUp('claims@auth.test');
    const claims = {
      iss: 'http://project.test/p/x/auth/v1',
      sub: id,
      aud: 'authenticated',
      role: 'authenticated',
      email: 'claims@auth.test',
      phone: '',
      app_metadata: { provider: 'email', providers: ['email'] },
      user_metadata: { email: 'claims@auth.test' },
      aal: 'aal1',
      amr: [{ method: 'password', timestamp: expect.any(Number) }],
      session_id: expect.any(String),
      is_anonymous: false,
    };
    expect(decodeJwt(token)).toMatchObject(claims);
    const { exp = 0, iat = 0 } = decodeJwt(token);
    expect(exp - iat).toBe(3600);
    const { refresh_token: next } = await signIn('claims@auth.test');
    const refreshed = Tokens.parse(await (await refresh(next)).json());
    expect(decodeJwt(refreshed.access_token)).toMatchObject(claims);
  });

  test('a refresh token that was exchanged twice over ends its session', async () => {
    await project.signUp('rotate@auth.test');
    const { refresh_token: stolen } = await signIn('rotate@auth.test');
    const second = Tokens.parse(await (await refresh(stolen)).json());
    // A client that lost the answer may ask once more.
    const repeated = Tokens.parse(await (await refresh(stolen)).json());
    expect(repeated.refresh_token).toBe(second.refresh_token);
    const third = Tokens.parse(await (await refresh(second.refresh_token)).json());
    const reused = await refresh(stolen);
    expect([reused.status, await reused.json()]).toMatchObject([
      400,
      { error_code: 'refresh_token_already_used' },
    ]);
    expect((await refresh(third.refresh_token)).status).toBe(400);
  });

  test('signing out ends the session at once', async () => {
    const { token, client } = await project.signUp('out@auth.test');
    await client.auth.signOut();
    const response = await project.auth('GET', '/user', undefined, token);
    expect([response.status, await response.json()]).toMatchObject([
      403,
      { error_code: 'session_not_found' },
    ]);
  });

  test('a new password ends all other sessions', async () => {
    const { client } = await project.signUp('password@auth.test');
    const elsewhere = await signIn('password@auth.test');
    expect(await client.auth.updateUser({ password: 'battery staple' })).toMatchObject({ error: null });
    expect(await client.auth.getUser()).toMatchObject({ error: null });
    expect((await refresh(elsewhere.refresh_token)).status).toBe(400);
    expect(await signIn('password@auth.test', 'battery staple')).toBeDefined();
  });

  test('a new address is taken at once, and no mail is sent', async () => {
    const { client } = await project.signUp('old@auth.test');
    const changed = await client.auth.updateUser({ email: 'New@auth.test' });
    expect(changed).toMatchObject({ error: null, data: { user: { email: 'new@auth.test' } } });
    expect(changed.data.user?.new_email ?? '').toBe('');
    expect(await signIn('new@auth.test')).toBeDefined();
    expect(await project.mails()).toEqual([]);
  });

  test('a banned user gets no token', async () => {
    const { id } = await project.signUp('banned@auth.test');
    const { refresh_token: token } = await signIn('banned@auth.test');
    await project.database.sql(
      `update auth.users set banned_until = now() + interval '1 day' where id = '${id}'`,
    );
    const { error } = await project
      .client('ANON_KEY')
      .auth.signInWithPassword({ email: 'banned@auth.test', password });
    expect(error).toMatchObject({ status: 400, code: 'user_banned' });
    expect((await refresh(token)).status).toBe(400);
  });

  test('describes itself as GoTrue does', async () => {
    expect(await (await project.auth('GET', '/health')).json()).toMatchObject({
      name: 'GoTrue',
      version: expect.any(String),
    });
    const settings = await (await project.auth('GET', '/settings')).json();
    expect(settings).toMatchObject({
      disable_signup: false,
      mailer_autoconfirm: true,
      external: { email: true },
    });
  });
});
