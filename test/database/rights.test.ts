import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callers } from './callers.ts';
import { postgresAvailable } from './cluster.ts';
import { createProject, valueOf, type Project } from './project.ts';

const alice = '11111111-1111-1111-1111-111111111111';
const bob = '22222222-2222-2222-2222-222222222222';

/** insufficient_privilege; the wording differs between versions. */
const refused = { code: '42501' };

describe.runIf(postgresAvailable).each(callers)('a project made by $name', (caller) => {
  let project: Project;

  beforeAll(async () => {
    project = await createProject(caller);
    await project.sql(`
      create table notes (id int primary key generated always as identity, owner uuid default auth.uid(), text text);
      alter table notes enable row level security;
      create policy own on notes to authenticated using (owner = auth.uid()) with check (owner = auth.uid());
      insert into notes (owner, text) values ('${alice}', 'of alice'), ('${bob}', 'of bob');
      create table open_notes (text text);
      create function whoami() returns text language sql as 'select current_user::text';
      create function become(target text) returns text language plpgsql as $$
      begin
        execute 'reset role';
        if target <> 'none' then execute format('set role %I', target); end if;
        return current_user;
      end $$;
    `);
  });

  afterAll(() => project[Symbol.asyncDispose]());

  test('shows a user the rows that are theirs, and anon none', async () => {
    const texts = 'select array_agg(text) from notes';
    expect(await project.request('authenticated', { sub: alice }, (db) => valueOf(db, texts))).toEqual([
      'of alice',
    ]);
    expect(await project.request('authenticated', { sub: bob }, (db) => valueOf(db, texts))).toEqual([
      'of bob',
    ]);
    expect(await project.request('anon', {}, (db) => valueOf(db, texts))).toBeNull();
  });

  test('lets a user write rows that are theirs only', async () => {
    const written = project.request('authenticated', { sub: alice }, (db) =>
      valueOf(db, `insert into notes (text) values ('new') returning owner`),
    );
    expect(await written).toBe(alice);
    const foreign = project.request('authenticated', { sub: alice }, (db) =>
      db.query(`insert into notes (owner, text) values ('${bob}', 'forged')`),
    );
    await expect(foreign).rejects.toThrow('row-level security');
  });

  test('shows service_role everything: by its attribute, or by the policy that stands for it', async () => {
    const bypasses = await project.as('postgres', (db) =>
      valueOf(db, `select rolbypassrls from pg_roles where rolname = 'service_role'`),
    );
    if (bypasses !== true) await project.sql(`select extensions.bypass_rls('notes')`);
    expect(await project.request('service_role', {}, (db) => valueOf(db, 'select count(*) from notes'))).toBe(
      '2',
    );
    expect(
      await project.request('service_role', {}, (db) =>
        valueOf(db, 'select count(*) from auth.identities').catch(String),
      ),
    ).toContain('permission denied');
    expect(
      await project.request('authenticated', { sub: bob }, (db) => valueOf(db, 'select count(*) from notes')),
    ).toBe('1');
  });

  test('opens what postgres or supabase_admin makes in public to the API roles', async () => {
    const admin = await project.cluster.connect('supabase_admin', 'project');
    await admin.query(
      'create table by_admin (n serial); create function f() returns int language sql as $$select 1$$',
    );
    await admin.end();
    for (const role of ['anon', 'authenticated', 'service_role'] as const) {
      await project.request(role, {}, async (db) => {
        await db.query(`insert into open_notes values ('x'); insert into by_admin default values`);
        expect(await valueOf(db, 'select whoami()')).toBe(role);
        expect(await valueOf(db, 'select f()')).toBe(1);
      });
    }
  });

  test('gives the claims of the token', async () => {
    const claims = { sub: alice, email: 'a@b.c', app_metadata: { plan: 'pro' } };
    await project.request('authenticated', claims, async (db) => {
      expect(await valueOf(db, 'select auth.uid()')).toBe(alice);
      expect(await valueOf(db, 'select auth.email()')).toBe('a@b.c');
      expect(await valueOf(db, 'select auth.role()')).toBe('authenticated');
      expect(await valueOf(db, `select auth.jwt() -> 'app_metadata' ->> 'plan'`)).toBe('pro');
    });
    expect(
      await project.as('postgres', (db) => valueOf(db, 'select auth.uid() is null and auth.jwt() is null')),
    ).toBe(true);
  });

  test.each([
    'create table mine (a int)',
    'create schema mine',
    'select * from auth.users',
    'insert into auth.users (id) values (gen_random_uuid())',
    'select * from auth.refresh_tokens',
    'select * from extensions.missing_features',
    'create role mine',
    'alter role authenticated set statement_timeout = 0',
    'set role service_role',
    'set role postgres',
    'set role supabase_auth_admin',
    'set role supabase_admin',
    `insert into storage.buckets (id, name) values ('b', 'b')`,
    `insert into storage.objects (bucket_id, name) values ('b', 'o')`,
    `select pg_read_file('/etc/passwd')`,
    `copy notes to program 'true'`,
  ])('refuses anon: %s', async (statement) => {
    await expect(project.request('anon', {}, (db) => db.query(statement))).rejects.toMatchObject(refused);
  });

  test('gains nothing by "reset role" inside a function that anon calls', async () => {
    expect(await project.request('anon', {}, (db) => valueOf(db, `select become('none')`))).toBe(
      'light_user',
    );
    await project.request('anon', {}, async (db) => {
      await db.query(`select become('none')`);
      await expect(db.query('select * from notes')).rejects.toThrow('permission denied');
    });
    for (const target of [
      'service_role',
      'postgres',
      'supabase_auth_admin',
      'supabase_admin',
      'light_service',
    ]) {
      const attempt = project.request('anon', {}, (db) => db.query(`select become('${target}')`));
      await expect(attempt).rejects.toThrow(`permission denied to set role "${target}"`);
    }
  });

  test('keeps the connection for service_role from becoming anything but that', async () => {
    for (const target of ['postgres', 'authenticated', 'supabase_auth_admin', 'light_user']) {
      const attempt = project.request('service_role', {}, (db) => db.query(`select become('${target}')`));
      await expect(attempt).rejects.toThrow(`permission denied to set role "${target}"`);
    }
  });

  test('lets authenticator become the API roles and no other', async () => {
    for (const role of ['anon', 'authenticated', 'service_role']) {
      expect(await project.as('authenticator', (db) => db.query(`set role ${role}`))).toMatchObject({
        command: 'SET',
      });
    }
    for (const role of ['postgres', 'supabase_admin', 'supabase_auth_admin', 'light_user']) {
      await expect(project.as('authenticator', (db) => db.query(`set role ${role}`))).rejects.toThrow(
        'permission denied',
      );
    }
  });

  test('sets Supabase’s limits', async () => {
    for (const role of ['authenticator', 'light_user', 'light_service']) {
      expect(await project.as(role, (db) => valueOf(db, 'show statement_timeout'))).toBe('8s');
      expect(await project.as(role, (db) => valueOf(db, 'show lock_timeout'))).toBe('8s');
    }
    const ofRole = (role: string) =>
      project.as('authenticator', (db) =>
        valueOf(db, `select rolconfig from pg_roles where rolname = '${role}'`),
      );
    expect(await ofRole('anon')).toEqual(['statement_timeout=3s']);
    expect(await ofRole('authenticated')).toEqual(['statement_timeout=8s']);
  });

  test('has a read-only user who reads everything', async () => {
    await project.as('supabase_read_only_user', async (db) => {
      await expect(db.query(`insert into open_notes values ('x')`)).rejects.toThrow('read-only transaction');
    });
    const lacking = await project.as('postgres', (db) =>
      valueOf(db, `select array_agg(feature) from extensions.missing_features`),
    );
    if (String(lacking).includes('pg_read_all_data')) return;
    expect(
      await project.as('supabase_read_only_user', (db) => valueOf(db, 'select count(*) from open_notes')),
    ).toBe('0');
  });
});
