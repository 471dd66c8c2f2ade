import { createClient } from '@supabase/supabase-js';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callers, masterUser } from '../database/callers.ts';
import { postgresAvailable } from '../database/cluster.ts';
import { type RunningProject, startProject } from './running-project.ts';

const password = 'correct horse';

type Mail = { to: string; code: string; link: URL };

describe.runIf(postgresAvailable)('Auth, with sign-ups to be confirmed by mail', () => {
  let project: RunningProject;

  beforeAll(async () => {
    project = await startProject(callers[0] ?? masterUser, {
      MAILER_AUTOCONFIRM: 'false',
      ADDITIONAL_REDIRECT_URLS: 'http://app.test/**',
    });
  });

  afterAll(() => project[Symbol.asyncDispose]());

  async function mailsTo(address: string): Promise<Mail[]> {
    const mails = await project.mails();
    return mails
      .filter((mail) => mail.includes(`To: ${address}\r\n`))
      .map((mail) => {
        const encoded = mail.split('base64\r\n\r\n')[1]?.split('\r\n\r\n--')[0] ?? '';
        const text = Buffer.from(encoded, 'base64').toString();
        return {
          to: address,
          code: /code: (\d{6})/.exec(text)?.[1] ?? '',
          link: new URL(/http\S+/.exec(text)?.[0] ?? 'http://none'),
        };
      });
  }

  async function lastMailTo(address: string): Promise<Mail> {
    const mail = (await mailsTo(address)).at(-1);
    if (mail === undefined) throw new Error(`No mail to ${address}`);
    return mail;
  }

  /** What a browser does with a link of a mail: the address behind the gateway is this process. */
  async function follow({ link }: Mail): Promise<URL> {
    const response = await fetch(`${project.url}/auth/v1/verify${link.search}`, { redirect: 'manual' });
    return new URL(response.headers.get('location') ?? 'http://none');
  }

  const fragment = (url: URL) => new URLSearchParams(url.hash.slice(1));

  test('a sign-up is confirmed by the link, which leads back to where the client wanted', async () => {
    const { auth } = project.client('ANON_KEY');
    const email = 'link@mail.test';
    const options = { emailRedirectTo: 'http://app.test/welcome' };
    expect(await auth.signUp({ email, password, options })).toMatchObject({
      error: null,
      data: { session: null },
    });
    const early = await auth.signInWithPassword({ email, password });
    expect(early.error).toMatchObject({ code: 'email_not_confirmed' });
    const mail = await lastMailTo(email);
    expect(mail.link.href).toMatch(/^http:\/\/project\.test\/p\/x\/auth\/v1\/verify\?/);
    const landed = await follow(mail);
    expect(landed.origin + landed.pathname).toBe('http://app.test/welcome');
    const token = fragment(landed).get('access_token') ?? '';
    expect(decodeJwt(token)).toMatchObject({
      email,
      amr: [{ method: 'otp' }],
      app_metadata: { provider: 'email' },
    });
    expect(fragment(await follow(mail)).get('error_code')).toBe('otp_expired');
    expect(await auth.signInWithPassword({ email, password })).toMatchObject({ error: null });
  });

  test('a link leads nowhere that the project does not know', async () => {
    const { auth } = project.client('ANON_KEY');
    const email = 'evil@mail.test';
    await auth.signUp({ email, password, options: { emailRedirectTo: 'http://evil.test/' } });
    expect((await follow(await lastMailTo(email))).origin).toBe('http://site.test');
  });

  test('a sign-up is confirmed by the code, as clients send it', async () => {
    const { auth } = project.client('ANON_KEY');
    const email = 'code@mail.test';
    await auth.signUp({ email, password });
    const { code } = await lastMailTo(email);
    const verified = await auth.verifyOtp({ email, token: code, type: 'email' });
    expect(verified).toMatchObject({ error: null, data: { user: { email } } });
  });

  test('the mail of a sign-up is sent again, once a minute', async () => {
    const { auth } = project.client('ANON_KEY');
    const email = 'again@mail.test';
    await auth.signUp({ email, password });
    const first = await lastMailTo(email);
    expect((await auth.resend({ type: 'signup', email })).error).toMatchObject({
      code: 'over_email_send_rate_limit',
    });
    await project.database.sql(
      `update auth.users set confirmation_sent_at = now() - interval '2 minutes' where email = '${email}'`,
    );
    expect(await auth.resend({ type: 'signup', email })).toMatchObject({ error: null });
    expect(await mailsTo(email)).toHaveLength(2);
    expect(fragment(await follow(first)).get('error_code')).toBe('otp_expired');
    expect(fragment(await follow(await lastMailTo(email))).has('access_token')).toBe(true);
  });

  test('who signs up an address that is taken does not learn it', async () => {
    const { auth } = project.client('ANON_KEY');
    const email = 'known@mail.test';
    await auth.signUp({ email, password });
    await follow(await lastMailTo(email));
    const again = await auth.signUp({ email, password: 'another one' });
    expect(again).toMatchObject({ error: null, data: { user: { email, identities: [] }, session: null } });
    expect(await mailsTo(email)).toHaveLength(1);
    expect(await auth.signInWithPassword({ email, password })).toMatchObject({ error: null });
  });

  test('a code signs in a new user, who counts as confirmed only then', async () => {
    const { auth } = project.client('ANON_KEY');
    const email = 'otp@mail.test';
    expect(await auth.signInWithOtp({ email, options: { data: { name: 'Otto' } } })).toMatchObject({
      error: null,
    });
    const user = async () =>
      project.database.as('supabase_auth_admin', async (db) => {
        const query = `select email_confirmed_at is not null as confirmed,
          (select count(*)::int from auth.sessions s where s.user_id = u.id) as sessions
          from auth.users u where email = $1`;
        return (await db.query<object>(query, [email])).rows[0];
      });
    expect(await user()).toEqual({ confirmed: false, sessions: 0 });
    const { code } = await lastMailTo(email);
    const signedIn = await auth.verifyOtp({ email, token: code, type: 'email' });
    expect(signedIn).toMatchObject({ error: null, data: { user: { user_metadata: { name: 'Otto' } } } });
    expect(await user()).toEqual({ confirmed: true, sessions: 1 });
  });

  test('a forgotten password is replaced through its mail', async () => {
    const { auth } = project.client('ANON_KEY');
    const email = 'code@mail.test';
    expect(await auth.resetPasswordForEmail(email)).toMatchObject({ error: null });
    const { code } = await lastMailTo(email);
    expect(await auth.verifyOtp({ email, token: code, type: 'recovery' })).toMatchObject({ error: null });
    expect(await auth.updateUser({ password: 'battery staple' })).toMatchObject({ error: null });
    expect(await auth.signInWithPassword({ email, password: 'battery staple' })).toMatchObject({
      error: null,
    });
    expect(await auth.resetPasswordForEmail('nobody@mail.test')).toMatchObject({ error: null });
  });

  test.each([
    { order: 'old, then new', first: 'before', second: 'after' },
    { order: 'new, then old', first: 'after', second: 'before' },
  ])('a new address is taken when both mailboxes have confirmed: $order', async ({ first, second }) => {
    const { auth } = project.client('ANON_KEY');
    const addresses: Record<string, string> = {
      before: `before-${first}@mail.test`,
      after: `after-${first}@mail.test`,
    };
    const [before = '', after = ''] = [addresses['before'], addresses['after']];
    await auth.signUp({ email: before, password });
    await follow(await lastMailTo(before));
    await auth.signInWithPassword({ email: before, password });
    expect(await auth.updateUser({ email: after })).toMatchObject({
      error: null,
      data: { user: { new_email: after } },
    });
    const halfway = await follow(await lastMailTo(addresses[first] ?? ''));
    expect(fragment(halfway).get('message')).toContain('confirm link sent to the other email');
    expect((await auth.getUser()).data.user?.email).toBe(before);
    const done = await follow(await lastMailTo(addresses[second] ?? ''));
    expect(fragment(done).has('access_token')).toBe(true);
    expect((await auth.getUser()).data.user).toMatchObject({ email: after, identities: [{ email: after }] });
  });

  test.each(['signup', 'magiclink', 'recovery'])(
    'a client with PKCE gets a code for the link of a %s, and a session for the code',
    async (type) => {
      const { auth } = createClient(project.url, project.setting('ANON_KEY'), {
        auth: { flowType: 'pkce', persistSession: false, autoRefreshToken: false },
      });
      const email = `${type}@pkce.test`;
      if (type === 'recovery') {
        await project.client('ANON_KEY').auth.signUp({ email, password });
        await auth.resetPasswordForEmail(email);
      } else if (type === 'signup') await auth.signUp({ email, password });
      else await auth.signInWithOtp({ email });
      const mail = await lastMailTo(email);
      expect(mail.link.searchParams.get('token')).toMatch(/^pkce_/);
      const landed = await follow(mail);
      expect(landed.hash).toBe('');
      const code = landed.searchParams.get('code') ?? '';
      const stolen = await project.client('ANON_KEY').auth.exchangeCodeForSession(code);
      expect(stolen.error).not.toBeNull();
      const exchanged = await auth.exchangeCodeForSession(code);
      expect(exchanged).toMatchObject({ error: null, data: { user: { email } } });
      expect(decodeJwt(exchanged.data.session?.access_token ?? '')).toMatchObject({
        amr: [{ method: 'otp' }],
      });
      expect((await auth.exchangeCodeForSession(code)).error).not.toBeNull();
    },
  );

  test('a challenge of an unknown kind is refused', async () => {
    const wanted = { email: 'x@pkce.test', code_challenge: 'x', code_challenge_method: 'md5' };
    const refused = await project.auth('POST', '/otp', wanted);
    expect([refused.status, await refused.json()]).toMatchObject([400, { error_code: 'validation_failed' }]);
    expect(await mailsTo('x@pkce.test')).toEqual([]);
  });

  test('codes cannot be guessed for long', async () => {
    const { auth } = project.client('ANON_KEY');
    const email = 'guessed@mail.test';
    await auth.signUp({ email, password });
    const { code } = await lastMailTo(email);
    const wrong = code === '000000' ? '111111' : '000000';
    for (let guess = 0; guess < 30; guess += 1) await auth.verifyOtp({ email, token: wrong, type: 'email' });
    const { error } = await auth.verifyOtp({ email, token: code, type: 'email' });
    expect(error).toMatchObject({ status: 429, code: 'over_request_rate_limit' });
  });
});

describe.runIf(postgresAvailable)('Auth, with sign-ups off', () => {
  test('neither a password nor a mailed code makes a user', async () => {
    await using project = await startProject(callers[0] ?? masterUser, { DISABLE_SIGNUP: 'true' });
    const { auth } = project.client('ANON_KEY');
    const email = 'nobody@off.test';
    expect((await auth.signUp({ email, password })).error).toMatchObject({ code: 'signup_disabled' });
    expect((await auth.signInWithOtp({ email })).error).toMatchObject({ status: 422 });
    const { rows } = await project.database.as('supabase_auth_admin', (db) =>
      db.query('select from auth.users'),
    );
    expect(rows).toEqual([]);
    expect(await project.mails()).toEqual([]);
  });
});
