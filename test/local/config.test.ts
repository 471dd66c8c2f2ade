import { createClient } from '@supabase/supabase-js';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startMailServer } from '../light/mail-server.ts';
import { startOidcProvider } from '../light/oidc-provider.ts';
import { Cloud, type Keys, until } from './cloud.ts';
import { RequestLoop } from './request-loop.ts';

const password = 'correct horse';

let cloud: Cloud;
let ref: string;
let keys: Keys;

beforeAll(async () => {
  cloud = await Cloud.start({ BASEPLANE_POOL: '1' });
  ({ ref, keys } = await cloud.healthy('configured'));
  await cloud.sql(
    ref,
    'create table notes (id int primary key); insert into notes select generate_series(1, 9)',
  );
});
afterAll(() => cloud.destroy());

const call = (method: string, path: string, body?: object) =>
  cloud.call(method, `/v1/projects/${ref}${path}`, body);
const auth = () => cloud.client(ref, keys.anon).auth;

async function change(method: string, path: string, body: object): Promise<void> {
  const answer = await call(method, path, body);
  if (![200, 204].includes(answer.status))
    throw new Error(`${path} answered ${answer.status}: ${answer.text}`);
}

const sql = async (query: string) =>
  z.array(z.record(z.string(), z.unknown())).parse(await cloud.sql(ref, query))[0];

let people = 0;
const newcomer = () => ({ email: `person-${(people += 1)}@config.test`, password });

describe('a setting of Auth', () => {
  it('comes into force while not one request fails', async () => {
    const reading = () =>
      fetch(`${cloud.url}/p/${ref}/rest/v1/notes?select=id`, { headers: { apikey: keys.secret } });
    const asking = () => fetch(`${cloud.url}/p/${ref}/auth/v1/settings`, { headers: { apikey: keys.anon } });
    const requests = new RequestLoop([reading, asking]);
    expect((await auth().signUp(newcomer())).error).toBeNull();
    await change('PATCH', '/config/auth', { disable_signup: true });
    await until('sign-ups to be refused', async () =>
      (await auth().signUp(newcomer())).error?.code === 'signup_disabled' ? true : undefined,
    );
    await Promise.all([
      change('PATCH', '/config/auth', { disable_signup: false, password_min_length: 11 }),
      change('PATCH', '/config/storage', { fileSizeLimit: 4096 }),
      change('PATCH', '/config/auth', { jwt_exp: 1234 }),
    ]);
    await until('the last of several changes', async () => {
      const { data, error } = await auth().signUp({ ...newcomer(), password: 'elevenchars' });
      if (error !== null) return undefined;
      const { exp = 0, iat = 0 } = decodeJwt(data.session?.access_token ?? '');
      return exp - iat === 1234 ? true : undefined;
    });
    expect((await auth().signUp({ ...newcomer(), password: 'tenchars10' })).error?.code).toBe(
      'weak_password',
    );
    await cloud.reaches(ref, 'ACTIVE_HEALTHY');
    await requests[Symbol.asyncDispose]();
    expect(requests.failures).toEqual([]);
    expect(requests.made).toBeGreaterThan(20);
  });

  it('decides what claims a token has: a function of the project’s own', async () => {
    await cloud.sql(
      ref,
      `create function claims(event jsonb) returns jsonb language sql stable as
        $$ select jsonb_set(event, '{claims,team}', '"blue"') $$;
      grant usage on schema public to supabase_auth_admin;
      grant execute on function claims to supabase_auth_admin`,
    );
    await change('PATCH', '/config/auth', {
      hook_custom_access_token_enabled: true,
      hook_custom_access_token_uri: 'pg-functions://postgres/public/claims',
    });
    const someone = newcomer();
    await auth().signUp(someone);
    await until('the claim', async () => {
      const { data } = await auth().signInWithPassword(someone);
      const token = data.session?.access_token;
      return token !== undefined && decodeJwt(token)['team'] === 'blue' ? true : undefined;
    });
  });

  it('lets people confirm their address by a mail through the server of the owner', async () => {
    const mails = await startMailServer();
    await change('PATCH', '/config/auth', {
      mailer_autoconfirm: false,
      site_url: 'https://site.example',
      smtp_host: '127.0.0.1',
      smtp_port: String(mails.port),
      smtp_admin_email: 'hello@site.example',
      smtp_sender_name: 'The Site',
      mailer_subjects_confirmation: 'Welcome to the site',
      mailer_templates_confirmation_content: '{{ .SiteURL }} <b>{{ .Token }}</b>',
      mailer_otp_length: 8,
    });
    // Whoever signs up before the change is confirmed at once.
    const someone = await until('a mail', async () => {
      const person = newcomer();
      await auth().signUp(person);
      return mails.received.length > 0 ? person : undefined;
    });
    const mail = mails.received.at(-1);
    expect(mail?.to).toEqual([`RCPT TO:<${someone.email}>`]);
    expect(mail?.from).toContain('hello@site.example');
    expect(mail?.text).toContain('Subject: Welcome to the site');
    const token = /https:\/\/site\.example <b>(\d{8})<\/b>/.exec(mail?.text ?? '')?.[1] ?? '';
    expect((await auth().signInWithPassword(someone)).error?.code).toBe('email_not_confirmed');
    expect((await auth().verifyOtp({ email: someone.email, token, type: 'email' })).error).toBeNull();
    mails.close();
  });

  it('lets people in whom an OpenID provider vouches for, with a secret that nobody sees again', async () => {
    const callback = `http://${ref}.localhost:${cloud.port}/auth/v1/callback`;
    await using provider = await startOidcProvider(callback);
    await change('PATCH', '/config/auth', {
      external_keycloak_enabled: true,
      external_keycloak_url: provider.issuer,
      external_keycloak_client_id: provider.clientId,
      external_keycloak_secret: provider.clientSecret,
      uri_allow_list: 'http://app.test/**',
    });
    const shown = await call('GET', '/config/auth');
    expect(shown.text).not.toContain(provider.clientSecret);
    expect(shown.body).toMatchObject({ external_keycloak_secret: expect.stringMatching(/^[0-9a-f]{64}$/) });
    const client = createClient(`${cloud.url}/p/${ref}`, keys.anon, {
      auth: { flowType: 'pkce', persistSession: false, autoRefreshToken: false },
    });
    const begin = async () => {
      const options = { redirectTo: 'http://app.test/in', skipBrowserRedirect: true };
      const { data } = await client.auth.signInWithOAuth({ provider: 'keycloak', options });
      const begun = await fetch(data.url ?? '', { redirect: 'manual' });
      return begun.headers.get('location')?.startsWith(provider.issuer) === true
        ? (begun.headers.get('location') ?? '')
        : undefined;
    };
    const back = await provider.visit(await until('the provider', begin), 'ada');
    expect(back.href).toContain(callback);
    const landed = await fetch(`${cloud.url}/p/${ref}/auth/v1/callback${back.search}`, {
      redirect: 'manual',
    });
    const code = new URL(landed.headers.get('location') ?? '').searchParams.get('code') ?? '';
    const { data, error } = await client.auth.exchangeCodeForSession(code);
    expect(error).toBeNull();
    expect(data.user?.email).toBe('ada@oidc.test');
  });
});

describe('a setting of REST', () => {
  it('is in force at once: schemas and the most rows', async () => {
    await cloud.sql(
      ref,
      `create schema if not exists api; create or replace view api.public_notes as select id from public.notes;
      grant usage on schema api to anon; grant select on api.public_notes to anon`,
    );
    await change('PATCH', '/postgrest', { db_schema: 'api,public', max_rows: 4 });
    const rest = cloud.client(ref, keys.anon).schema('api');
    const rows = await until('the schema', async () => {
      const { data } = await rest.from('public_notes').select();
      return data ?? undefined;
    });
    expect(rows).toHaveLength(4);
    const service = createClient(`${cloud.url}/p/${ref}`, keys.serviceRole, { db: { schema: 'public' } });
    expect((await service.from('notes').select()).data).toHaveLength(4);
  });
});

describe('a setting of Storage', () => {
  it('limits what is uploaded', async () => {
    const { storage } = cloud.client(ref, keys.serviceRole);
    await storage.createBucket('files');
    const upload = (bytes: number) =>
      storage.from('files').upload(`${bytes}`, Buffer.alloc(bytes), { upsert: true });
    expect((await upload(4096)).error).toBeNull();
    expect((await upload(4097)).error).toMatchObject({ statusCode: '413' });
  });
});

describe('a setting of Postgres', () => {
  it('is in force at once, or after a start of the server', async () => {
    await change('PUT', '/config/database/postgres', { work_mem: '5MB', max_connections: 31 });
    expect(
      await sql("select current_setting('work_mem') as a, current_setting('max_connections') as b"),
    ).toEqual({
      a: '5MB',
      b: '31',
    });
    await change('PATCH', '/config/database/postgres', { max_connections: 37, restart_database: false });
    expect(await sql('show max_connections')).toEqual({ max_connections: '31' });
  });

  it('is refused where the server does not take it, and the server runs on with what it had', async () => {
    for (const body of [{ maintenance_work_mem: '999TB' }, { shared_buffers: '2000GB' }]) {
      const refused = await call('PATCH', '/config/database/postgres', body);
      expect(refused).toMatchObject({ status: 400, body: { code: 'validation_failed' } });
    }
    expect(await sql("select current_setting('work_mem') as a")).toEqual({ a: '5MB' });
    expect((await call('GET', '/config/database/postgres')).body).toEqual({
      work_mem: '5MB',
      max_connections: 37,
    });
  });
});

describe('settings', () => {
  it('outlive a pause and a crash of the whole cloud', async () => {
    await call('POST', '/pause');
    await cloud.reaches(ref, 'INACTIVE');
    await change('PATCH', '/config/auth', { disable_signup: true });
    await call('POST', '/restore');
    await cloud.reaches(ref, 'ACTIVE_HEALTHY');
    expect((await auth().signUp(newcomer())).error?.code).toBe('signup_disabled');
    await change('PATCH', '/config/auth', {
      disable_signup: false,
      mailer_autoconfirm: null,
      smtp_host: null,
    });
    await cloud.end('SIGKILL');
    await cloud.launch();
    await until('sign-ups again', async () =>
      (await auth().signUp(newcomer())).error === null ? true : undefined,
    );
    expect(await sql("select current_setting('work_mem') as a")).toEqual({ a: '5MB' });
  });
});
