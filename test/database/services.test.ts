import type { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callers } from './callers.ts';
import { postgresAvailable } from './cluster.ts';
import { createProject, valueOf, type Project } from './project.ts';

describe.runIf(postgresAvailable).each(callers)('the services of a project made by $name', (caller) => {
  let project: Project;

  beforeAll(async () => {
    project = await createProject(caller);
  });

  afterAll(() => project[Symbol.asyncDispose]());

  test('find every table of GoTrue, closed to the API', async () => {
    const tables = await project.as('postgres', (db) =>
      db.query<{ name: string; open: boolean }>(`
        select relname as name, has_table_privilege('service_role', oid, 'select') as open
        from pg_class where relnamespace = 'auth'::regnamespace and relkind = 'r' order by relname`),
    );
    expect(tables.rows.filter(({ open }) => open)).toEqual([]);
    expect(tables.rows.map(({ name }) => name)).toEqual([
      'audit_log_entries',
      'custom_oauth_providers',
      'flow_state',
      'identities',
      'instances',
      'mfa_amr_claims',
      'mfa_challenges',
      'mfa_factors',
      'oauth_authorizations',
      'oauth_client_states',
      'oauth_clients',
      'oauth_consents',
      'one_time_tokens',
      'refresh_tokens',
      'saml_providers',
      'saml_relay_states',
      'schema_migrations',
      'sessions',
      'sso_domains',
      'sso_providers',
      'users',
      'webauthn_challenges',
      'webauthn_credentials',
    ]);
  });

  test('can migrate their own schemas', async () => {
    await project.as('supabase_auth_admin', async (db) => {
      await db.query(
        'create schema if not exists auth; create table x (a int); alter table users add column y int',
      );
      await db.query(
        'create or replace function auth.uid() returns uuid language sql stable as $$ select null::uuid $$',
      );
      expect(
        await valueOf(db, `select relnamespace::regnamespace::text from pg_class where relname = 'x'`),
      ).toBe('auth');
    });
    await project.as('supabase_storage_admin', (db) =>
      db.query(
        'create schema if not exists storage; create table x (a int); alter table objects add column y int',
      ),
    );
    await project.as('supabase_realtime_admin', (db) =>
      db.query(
        'create schema if not exists realtime; create table realtime.x (a int); set role authenticated',
      ),
    );
  });

  test('let a user delete files through Storage only', async () => {
    await project.sql(`
      insert into storage.buckets (id, name) values ('b', 'b') on conflict do nothing;
      insert into storage.objects (bucket_id, name) values ('b', 'o') on conflict do nothing;
    `);
    await expect(project.as('postgres', (db) => db.query('delete from storage.objects'))).rejects.toThrow(
      'Use the Storage API instead',
    );
    await project.as('postgres', async (db) => {
      await db.query(`set local storage.allow_delete_query = 'true'`);
      expect(await db.query('delete from storage.objects')).toMatchObject({ rowCount: 1 });
    });
  });

  test.each([
    ['a/b/c.tar.gz', ['a', 'b'], 'c.tar.gz', 'gz'],
    ['plain', [], 'plain', 'plain'],
    ['folder/', ['folder'], '', ''],
    ['ü/.hidden', ['ü'], '.hidden', 'hidden'],
    ['', [], '', ''],
  ])('take the name %j apart', async (name, folders, file, extension) => {
    const parts = await project.request('anon', {}, (db) =>
      db.query('select storage.foldername($1), storage.filename($1), storage.extension($1)', [name]),
    );
    expect(parts.rows).toEqual([{ foldername: folders, filename: file, extension }]);
  });

  test('list one level of a bucket', async () => {
    await project.sql(`insert into storage.buckets (id, name) values ('list', 'list')`);
    const names = ['b.txt', 'A.txt', 'dir/one', 'dir/sub/two', 'other/x', '100%/y'];
    await project.sql(
      `insert into storage.objects (bucket_id, name, created_at)
       select 'list', name, now() - position * interval '1 day'
       from unnest(array[${names.map((name) => `'${name}'`).join()}]) with ordinality as file (name, position)`,
    );
    const list = (args: string) =>
      project.as('postgres', async (db) => {
        const { rows } = await db.query<{ name: string }>(`select name from storage.search(${args})`);
        return rows.map(({ name }) => name);
      });
    expect(await list(`'', 'list'`)).toEqual(['100%', 'A.txt', 'b.txt', 'dir', 'other']);
    expect(await list(`'', 'list', sortorder => 'desc'`)).toEqual(['other', 'dir', 'b.txt', 'A.txt', '100%']);
    expect(await list(`'', 'list', limits => 2, offsets => 1`)).toEqual(['A.txt', 'b.txt']);
    expect(await list(`'', 'list', sortcolumn => 'created_at'`)).toEqual([
      '100%',
      'dir',
      'other',
      'A.txt',
      'b.txt',
    ]);
    expect(await list(`'dir/', 'list', levels => 2`)).toEqual(['one', 'sub']);
    expect(await list(`'', 'list', search => 'a.T'`)).toEqual(['A.txt']);
    expect(await list(`'%', 'list'`)).toEqual([]);
    expect(
      await project.request('anon', {}, (db) =>
        valueOf(db, `select count(*) from storage.search('', 'list')`),
      ),
    ).toBe('0');
  });

  test('hear of changes of the schema, or the gap is on record', async () => {
    const lacking = await project.as('postgres', (db) =>
      valueOf(db, 'select coalesce(array_agg(feature), array[]::text[]) from extensions.missing_features'),
    );
    const listener = await project.cluster.connect('authenticator', 'project');
    await listener.query('listen pgrst');
    const heard = async (statement: string) => {
      const messages: (string | undefined)[] = [];
      const note = ({ payload }: { payload?: string | undefined }) => messages.push(payload);
      listener.on('notification', note);
      await project.sql(statement);
      // Notifications of a transaction that has ended arrive before the answer to a later query.
      await listener.query('select 1');
      listener.removeListener('notification', note);
      return messages;
    };
    const told = caller.user === 'supabase_admin' ? ['reload schema'] : [];
    expect(await heard('create table watched (a int)')).toEqual(told);
    expect(await heard('create view watched_too as table watched')).toEqual(told);
    expect(await heard('drop view watched_too')).toEqual(told);
    expect(await heard('create temporary table passing (a int); drop table passing')).toEqual([]);
    expect(await heard('insert into watched values (1)')).toEqual([]);
    expect(await heard(`notify pgrst, 'reload schema'`)).toEqual(['reload schema']);
    expect(String(lacking).includes('event trigger pgrst_ddl_watch')).toBe(told.length === 0);
    await listener.end();
  });

  test('answer GraphQL with the reason it does not work', async () => {
    const answer = await project.request('anon', {}, (db) =>
      valueOf(db, `select graphql_public.graphql(query => '{a}')`),
    );
    expect(answer).toEqual({ errors: [{ message: 'pg_graphql extension is not enabled.' }] });
  });

  test('may replicate, where the caller could give them that', async () => {
    const slot = (db: Client) => db.query(`select pg_create_logical_replication_slot('s', 'pgoutput', true)`);
    const attempt = project.as('supabase_replication_admin', slot);
    // Plain Postgres knows nothing of rds_replication, which stands for the attribute on Aurora.
    if (caller.user === 'supabase_admin') await attempt;
    else await expect(attempt).rejects.toMatchObject({ code: '42501' });
  });
});
