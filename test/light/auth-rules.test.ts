import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { callers, masterUser } from '../database/callers.ts';
import { postgresAvailable } from '../database/cluster.ts';
import { type RunningProject, type Settings, startProject } from './running-project.ts';

const start = (settings: Settings) => startProject(callers[0] ?? masterUser, settings);
const password = 'Correct-Horse-1';
const Session = z.object({ access_token: z.string(), refresh_token: z.string() });

describe.runIf(postgresAvailable)('Auth, with a hook and strict rules', () => {
  let project: RunningProject;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'breach-'));
    await writeFile(join(folder, 'list.txt'), 'Password-123\n');
    project = await start({
      AUTH_HOOK_CUSTOM_ACCESS_TOKEN: 'pg-functions://postgres/public/custom_access_token_hook',
      PASSWORD_MIN_LENGTH: '10',
      PASSWORD_REQUIRED_CHARACTERS: 'abcdefghijklmnopqrstuvwxyz:ABCDEFGHIJKLMNOPQRSTUVWXYZ:0123456789',
      PASSWORD_BREACH_LIST: join(folder, 'list.txt'),
      SESSIONS_SINGLE_PER_USER: 'true',
      SESSIONS_TIMEBOX: '3600',
      SESSIONS_INACTIVITY_TIMEOUT: '600',
      ENABLE_PHONE_SIGNUP: 'true',
      ENABLE_PHONE_AUTOCONFIRM: 'true',
      RATE_LIMIT_HEADER: 'x-client-address',
      RATE_LIMIT_ANONYMOUS_USERS: '2',
      RATE_LIMIT_OTP: '2',
      ENABLE_ANONYMOUS_USERS: 'true',
    });
    await project.database.sql(`
      create function public.custom_access_token_hook(event jsonb) returns jsonb language plpgsql as $$
      begin
        if event -> 'claims' ->> 'email' like 'refused%' then
          return jsonb_build_object('error', jsonb_build_object('http_code', 403, 'message', 'Not on the list'));
        elsif event -> 'claims' ->> 'email' like 'broken%' then
          return jsonb_build_object('claims', jsonb_build_object('sub', ''));
        elsif event -> 'claims' ->> 'email' like 'failing%' then
          raise exception 'secret of the function';
        elsif event -> 'claims' ->> 'email' like 'slow%' then
          perform pg_sleep(60);
        end if;
        return jsonb_set(event, '{claims,team}', to_jsonb(event ->> 'authentication_method'));
      end $$;
      grant usage on schema public to supabase_auth_admin;
      grant execute on function public.custom_access_token_hook to supabase_auth_admin;
    `);
  });

  afterAll(async () => {
    await project[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  });

  const auth = () => project.client('ANON_KEY').auth;
  const signIn = async (email: string) =>
    Session.parse((await auth().signInWithPassword({ email, password })).data.session);
  const refresh = async (token: string) => {
    const response = await project.auth('POST', '/token?grant_type=refresh_token', { refresh_token: token });
    return z
      .object({ access_token: z.string(), error_code: z.string() })
      .partial()
      .parse(await response.json());
  };

  test('a function of the project changes the claims of every token', async () => {
    const { data } = await auth().signUp({ email: 'hook@rules.test', password });
    expect(decodeJwt(data.session?.access_token ?? '')).toMatchObject({
      team: 'password',
      email: 'hook@rules.test',
    });
    const refreshed = await refresh(data.session?.refresh_token ?? '');
    expect(decodeJwt(refreshed.access_token ?? '')).toMatchObject({ team: 'token_refresh' });
  });

  test.each([
    { email: 'refused@rules.test', status: 403, message: 'Not on the list' },
    { email: 'broken@rules.test', status: 500, message: expect.stringContaining('schema') },
    { email: 'failing@rules.test', status: 500, message: expect.stringContaining('hook') },
    { email: 'slow@rules.test', status: 500, message: expect.stringContaining('hook') },
  ])('without what the function agrees to there is no token: $email', async ({ email, status, message }) => {
    const response = await project.auth('POST', '/signup', { email, password });
    expect([response.status, await response.json()]).toMatchObject([status, { msg: message }]);
    const { rows } = await project.database.as('supabase_auth_admin', (db) =>
      db.query('select from auth.sessions s join auth.users u on u.id = s.user_id where u.email = $1', [
        email,
      ]),
    );
    expect(rows).toEqual([]);
    expect(project.light.output()).not.toContain('secret of the function');
  });

  test.each([
    { weak: 'Short-1', reasons: ['length'] },
    { weak: 'long-but-lower', reasons: ['characters'] },
    { weak: 'password-123', reasons: ['characters', 'pwned'] },
  ])('a weak password is refused with its reasons: $reasons', async ({ weak, reasons }) => {
    const { error } = await auth().signUp({ email: 'weak@rules.test', password: weak });
    expect(error).toMatchObject({ status: 422, code: 'weak_password', reasons });
  });

  test('a user has one session, the last', async () => {
    await auth().signUp({ email: 'single@rules.test', password });
    const first = await signIn('single@rules.test');
    const second = await signIn('single@rules.test');
    expect((await refresh(first.refresh_token)).error_code).toBe('refresh_token_not_found');
    expect((await refresh(second.refresh_token)).access_token).toBeDefined();
  });

  test.each([
    {
      what: 'too old',
      change: `created_at = now() - interval '2 hours', refreshed_at = now() at time zone 'utc'`,
    },
    { what: 'idle', change: `created_at = now() - interval '20 minutes', refreshed_at = null` },
  ])('a session that is $what is not refreshed', async ({ what, change }) => {
    const email = `${what.replace(' ', '-')}@rules.test`;
    await auth().signUp({ email, password });
    const { refresh_token: token, access_token: access } = await signIn(email);
    await project.database.sql('select 1');
    await project.database.as('supabase_auth_admin', async (db) => {
      await db.query(`update auth.sessions set ${change} where id = $1`, [decodeJwt(access)['session_id']]);
      await db.query('commit');
    });
    expect((await refresh(token)).error_code).toBe('session_expired');
  });

  test('a number and a password sign in as an address does', async () => {
    const { data } = await auth().signUp({ phone: '+49 151 7654321', password });
    expect(data.user).toMatchObject({ phone: '491517654321', app_metadata: { provider: 'phone' } });
    expect(await auth().signInWithPassword({ phone: '+491517654321', password })).toMatchObject({
      error: null,
    });
    expect((await auth().signUp({ phone: '12ab', password })).error).toMatchObject({
      code: 'validation_failed',
    });
    expect((await auth().signInWithOtp({ phone: '+491517654321' })).error).toMatchObject({
      status: 400,
      code: 'phone_provider_disabled',
    });
  });

  test('an address asks as often as it may, and what it claims about itself does not count', async () => {
    const ask = async (path: string, body: object, address: string) => {
      const response = await fetch(`${project.url}/auth/v1${path}`, {
        method: 'POST',
        headers: { apikey: project.setting('ANON_KEY'), 'x-client-address': address },
        body: JSON.stringify(body),
      });
      return response.status;
    };
    const anonymous = [];
    for (const claimed of ['9.9.9.1', '9.9.9.2', '9.9.9.3'])
      anonymous.push(await ask('/signup', {}, `${claimed}, 1.2.3.4`));
    expect(anonymous).toEqual([200, 200, 429]);
    expect(await ask('/signup', {}, '1.2.3.5')).toBe(200);
    const recovered = [];
    for (let count = 0; count < 3; count += 1)
      recovered.push(await ask('/recover', { email: 'nobody@rules.test' }, '1.2.3.4'));
    expect(recovered).toEqual([200, 200, 429]);
  });
});

describe.runIf(postgresAvailable)('Auth, with anonymous users and mails to confirm', () => {
  let project: RunningProject;

  beforeAll(async () => {
    project = await start({ ENABLE_ANONYMOUS_USERS: 'true', MAILER_AUTOCONFIRM: 'false' });
  });

  afterAll(() => project[Symbol.asyncDispose]());

  test('somebody without a name becomes a user by an address that they show to be theirs', async () => {
    const { auth } = project.client('ANON_KEY');
    const { data: anonymous } = await auth.signInAnonymously({ options: { data: { cart: 3 } } });
    expect(decodeJwt(anonymous.session?.access_token ?? '')).toMatchObject({
      is_anonymous: true,
      role: 'authenticated',
      amr: [{ method: 'anonymous' }],
    });
    expect((await auth.updateUser({ password })).error).toMatchObject({ code: 'validation_failed' });
    const asked = await auth.updateUser({ email: 'named@anon.test' });
    expect(asked.data.user).toMatchObject({ is_anonymous: true, new_email: 'named@anon.test' });
    const [mail = ''] = await project.mails();
    const text = Buffer.from(
      mail.split('base64\r\n\r\n')[1]?.split('\r\n\r\n--')[0] ?? '',
      'base64',
    ).toString();
    const token = /code: (\d{6})/.exec(text)?.[1] ?? '';
    const verified = await auth.verifyOtp({ email: 'named@anon.test', token, type: 'email_change' });
    expect(verified.data.user).toMatchObject({
      id: anonymous.user?.id,
      is_anonymous: false,
      email: 'named@anon.test',
      user_metadata: { cart: 3 },
      identities: [{ provider: 'email' }],
    });
    expect(await auth.updateUser({ password })).toMatchObject({ error: null });
    expect(await auth.signInWithPassword({ email: 'named@anon.test', password })).toMatchObject({
      error: null,
    });
  });

  test('whoever is not asked to, cannot tell an address that is taken', async () => {
    const { auth } = project.client('ANON_KEY');
    const known = await auth.signInWithPassword({ email: 'named@anon.test', password: 'wrong' });
    const unknown = await auth.signInWithPassword({ email: 'nobody@anon.test', password: 'wrong' });
    expect(known.error).toEqual(unknown.error);
    expect(await auth.resetPasswordForEmail('nobody@anon.test')).toEqual(
      await auth.resetPasswordForEmail('none@anon.test'),
    );
  });
});

describe.runIf(postgresAvailable)('Auth, as Supabase has it without settings', () => {
  test('there are no anonymous users, numbers or links between identities', async () => {
    await using project = await start({});
    const { auth } = project.client('ANON_KEY');
    expect((await auth.signInAnonymously()).error).toMatchObject({
      status: 422,
      code: 'anonymous_provider_disabled',
    });
    expect((await auth.signUp({ phone: '+491511234567', password })).error).toMatchObject({
      status: 400,
      code: 'phone_provider_disabled',
    });
    const { client } = await project.signUp('plain@rules.test');
    const linked = await client.auth.linkIdentity({
      provider: 'github',
      options: { skipBrowserRedirect: true },
    });
    expect(linked.error).toMatchObject({ status: 404, code: 'manual_linking_disabled' });
  });
});
