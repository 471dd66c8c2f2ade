import { App, InMemoryEmailDriver } from '@supabase/lite';
import { createPostgresConnection } from '@supabase/lite/postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { callers } from './callers.ts';
import { catalogueOf } from './catalogue.ts';
import { postgresAvailable } from './cluster.ts';
import { createProject, valueOf, type Project } from './project.ts';

const session = z.object({
  access_token: z.string(),
  refresh_token: z.string(),
  user: z.object({ id: z.string() }),
});

describe.runIf(postgresAvailable).each(callers)('@supabase/lite on the tables made by $name', (caller) => {
  let project: Project;
  let connection: ReturnType<typeof createPostgresConnection>;
  let app: App;

  beforeAll(async () => {
    project = await createProject(caller);
    connection = createPostgresConnection({
      postgresOptions: { host: project.cluster.host, username: 'supabase_auth_admin', database: 'project' },
    });
    app = new App({
      connection,
      api: { enabled: false },
      auth: {
        enabled: true,
        jwt_secret: 'a secret of more than 32 characters',
        email: { enable_confirmations: false },
      },
      options: {
        server: { apiKeys: false, disableStudio: true },
        drivers: { email: new InMemoryEmailDriver() },
      },
    });
    await app.init();
  });

  afterAll(async () => {
    await connection.close();
    await project[Symbol.asyncDispose]();
  });

  const call = (method: string, path: string, body: unknown, token?: string) =>
    app.fetch(
      new Request(`http://localhost/auth/v1${path}`, {
        method,
        headers: {
          'content-type': 'application/json',
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    );
  const credentials = { email: 'Ann@Example.com', password: 'correct horse' };
  const rows = (query: string) =>
    project.as('supabase_auth_admin', async (db) => (await db.query(query)).rows);

  test('signs a user up, in, and out, and refreshes the session', async () => {
    await project.sql(`
      create table public.profiles (id uuid references auth.users on delete cascade, name text);
      create function public.on_sign_up() returns trigger language plpgsql security definer as $$
      begin
        insert into public.profiles values (new.id, new.raw_user_meta_data ->> 'name');
        return new;
      end $$;
      create trigger on_sign_up after insert on auth.users for each row execute function public.on_sign_up();
    `);
    const signUp = await call('POST', '/signup', { ...credentials, data: { name: 'Ann' } });
    expect(signUp.status).toBe(200);
    const signIn = await call('POST', '/token?grant_type=password', credentials);
    const first = session.parse(await signIn.json());
    const refresh = await call('POST', '/token?grant_type=refresh_token', {
      refresh_token: first.refresh_token,
    });
    const second = session.parse(await refresh.json());
    expect(second.refresh_token).not.toBe(first.refresh_token);
    expect((await call('GET', '/user', undefined, second.access_token)).status).toBe(200);
    expect((await call('PUT', '/user', { data: { name: 'Anna' } }, second.access_token)).status).toBe(200);

    expect(await project.as('postgres', (db) => valueOf(db, 'select name from public.profiles'))).toBe('Ann');
    expect((await call('POST', '/logout?scope=global', {}, second.access_token)).status).toBe(204);
    expect(await rows('select from auth.sessions')).toEqual([]);
    const wrong = await call('POST', '/token?grant_type=password', { ...credentials, password: 'wrong' });
    expect(wrong.status).toBe(400);
  });

  test('leaves behind what GoTrue would have written', async () => {
    await call('POST', '/token?grant_type=password', credentials);
    expect(
      await rows(`
        select instance_id, aud, role, email, raw_app_meta_data ->> 'provider' as provider,
          raw_user_meta_data ->> 'name' as name, confirmation_token, recovery_token, email_change_token_new,
          confirmed_at is not null as confirmed
        from auth.users`),
    ).toEqual([
      {
        instance_id: '00000000-0000-0000-0000-000000000000',
        aud: 'authenticated',
        role: 'authenticated',
        email: 'ann@example.com',
        provider: 'email',
        name: 'Anna',
        confirmation_token: '',
        recovery_token: '',
        email_change_token_new: '',
        confirmed: true,
      },
    ]);
    expect(await rows('select email from auth.identities')).toEqual([{ email: 'ann@example.com' }]);
    expect(await rows(`select distinct json_typeof(payload) from auth.audit_log_entries`)).toEqual([
      { json_typeof: 'object' },
    ]);
    expect(await rows(`select id from auth.refresh_tokens where id !~ '^[0-9]+$'`)).toEqual([]);
  });

  test('sends a code that signs in once', async () => {
    await call('POST', '/recover', { email: credentials.email });
    const [user] = await rows('select recovery_token from auth.users');
    const verify = () =>
      call('POST', '/verify', { type: 'recovery', token_hash: String(user?.recovery_token) });
    expect((await verify()).status).toBe(200);
    expect((await verify()).status).toBe(403);
    expect(
      (await call('POST', '/verify', { type: 'recovery', token_hash: '' })).status,
    ).toBeGreaterThanOrEqual(400);
  });

  test('can hand its tables over to GoTrue', async () => {
    await call('POST', '/token?grant_type=password', credentials);
    await project.as('supabase_auth_admin', async (db) => {
      await db.query(`
        alter table auth.refresh_tokens
          alter id drop default,
          alter id type bigint using id::bigint,
          alter id set default nextval('auth.refresh_tokens_id_seq')`);
      expect(
        await valueOf(db, `insert into auth.refresh_tokens (token) values ('x') returning pg_typeof(id)`),
      ).toBe('bigint');
    });
  });

  test('finds nothing to make', async () => {
    const db = await project.cluster.connect(caller.user, 'project');
    const before = await catalogueOf(db);
    await app.init();
    expect(await catalogueOf(db)).toEqual(before);
    await db.end();
  });
});
