import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callers } from './callers.ts';
import { postgresAvailable } from './cluster.ts';
import { createProject, valueOf, type Project } from './project.ts';

describe.runIf(postgresAvailable).each(callers)('the user of a project made by $name', (caller) => {
  let project: Project;

  beforeAll(async () => {
    project = await createProject(caller);
  });

  afterAll(() => project[Symbol.asyncDispose]());

  test.each([
    [
      'make tables, views and functions',
      'create table t (a int); create view v as table t; create schema app',
    ],
    ['make a table in a schema of theirs', 'create schema app create table t (a int)'],
    [
      'make roles and give rights to them',
      'create role clerk login; grant anon to clerk; grant usage on schema public to clerk',
    ],
    [
      'give rights to the API roles',
      'create table t (a int); revoke all on t from anon; grant select on t to anon',
    ],
    ['act as the API roles', 'set role anon; set role authenticated; set role service_role'],
    [
      'set limits of the API roles',
      `alter role anon set statement_timeout = '5s'; alter role authenticator set lock_timeout = '1s'`,
    ],
    [
      'set things for the database',
      `do $$ begin execute format('alter database %I set work_mem = %L', current_database(), '8MB'); end $$`,
    ],
    ['refer to users', 'create table profiles (id uuid primary key references auth.users on delete cascade)'],
    [
      'react to a sign-up',
      `create function f() returns trigger language plpgsql security definer as $$ begin return new; end $$;
       create trigger on_sign_up after insert on auth.users for each row execute function f()`,
    ],
    ['seed users', `insert into auth.users (id, email) values (gen_random_uuid(), 'a@b.c')`],
    ['let roles of theirs read users', 'create role clerk; grant select on auth.users to clerk'],
    [
      'write policies for files',
      `insert into storage.buckets (id, name, public) values ('avatars', 'avatars', true);
       create policy own on storage.objects for select to authenticated
         using (bucket_id = 'avatars' and (storage.foldername(name))[1] = auth.uid()::text)`,
    ],
    ['publish tables', 'create table t (a int primary key); alter publication supabase_realtime add table t'],
    ['make trusted extensions', 'create extension citext; create extension hstore with schema extensions'],
    [
      'use the extensions that are there',
      `select crypt('x', gen_salt('bf', 4)), uuid_generate_v4(), digest('x', 'sha256')`,
    ],
    [
      'change what is granted by default',
      'alter default privileges in schema public revoke all on tables from anon',
    ],
  ])('can %s', async (_what, statements) => {
    await project.as('postgres', (db) => db.query(statements));
  });

  test.each([
    ['change files of the server', `copy (select 1) to program 'true'`],
    ['become superuser', 'alter role postgres superuser'],
    ['change the tables of Auth', 'alter table auth.users add column x int'],
    ['drop the tables of Auth', 'drop table auth.users'],
    ['make tables for Auth', 'create table auth.x (a int)'],
    ['touch the record of Auth’s migrations', 'delete from auth.schema_migrations'],
    ['set anything for all roles', 'alter role all set statement_timeout = 0'],
    ['become supabase_admin', 'set role supabase_admin'],
    ['become supabase_auth_admin', 'set role supabase_auth_admin'],
    ['make untrusted extensions', 'create extension file_fdw'],
  ])('cannot %s', async (_what, statement) => {
    const attempt = project.as('postgres', (db) => db.query(statement));
    await expect(attempt).rejects.toMatchObject({ code: '42501' });
  });

  // Only a superuser can give the right to set parameters that no extension has declared.
  if (caller.user === 'supabase_admin') {
    test('can configure PostgREST as Supabase documents it', async () => {
      await project.as('postgres', (db) => db.query(`alter role authenticator set pgrst.db_max_rows = '10'`));
    });
  }

  test('owns the database, the publication and nothing cluster-wide', async () => {
    await project.as('postgres', async (db) => {
      expect(
        await valueOf(db, `select datdba::regrole::text from pg_database where datname = current_database()`),
      ).toBe('postgres');
      expect(await valueOf(db, `select pubowner::regrole::text from pg_publication`)).toBe('postgres');
      expect(await valueOf(db, `select rolsuper from pg_roles where rolname = 'postgres'`)).toBe(false);
    });
  });
});
