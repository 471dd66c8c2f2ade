import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callers, masterUser } from '../database/callers.ts';
import { postgresAvailable } from '../database/cluster.ts';
import { type RunningProject, sign, startProject } from './running-project.ts';

const SCHEMA = `
  create table public.kept (id int primary key);
  create function public.who() returns json language sql as $$
    select json_build_object(
      'user', current_user, 'uid', auth.uid(), 'role', auth.role(), 'path', current_setting('search_path'),
      'timeout', current_setting('statement_timeout'), 'claim', auth.jwt() -> 'app_metadata' ->> 'provider',
      'agent', current_setting('request.headers')::json ->> 'user-agent', 'of', current_setting('request.path')
    )
  $$;
  create function public.back() returns text language plpgsql as $$
    begin execute 'reset role'; return current_user; end
  $$;
  create function public.become(role text) returns text language plpgsql as $$
    begin execute format('set role %I', role); return current_user; end
  $$;
  create function public.session(name text) returns text language plpgsql as $$
    begin execute format('set session authorization %I', name); return current_user; end
  $$;
  create function public.keep() returns int language sql volatile as 'insert into public.kept values (1) returning id';
  create role editor nologin;
  grant editor to authenticator;
  grant anon to editor;
`;

const PRIVILEGED = ['service_role', 'postgres', 'supabase_admin', 'authenticator', 'supabase_auth_admin'];

describe.runIf(postgresAvailable)('the roles of REST', () => {
  let project: RunningProject;

  beforeAll(async () => {
    project = await startProject(callers[0] ?? masterUser);
    await project.database.sql(SCHEMA);
  });

  afterAll(() => project[Symbol.asyncDispose]());

  async function asRole(role: string) {
    const token = await sign({ role, sub: randomUUID() }, project.setting('JWT_SECRET'));
    const response = await fetch(`${project.url}/rest/v1/rpc/who`, {
      headers: { apikey: project.setting('ANON_KEY'), authorization: `Bearer ${token}` },
    });
    return { status: response.status, body: await response.json() };
  }

  test('a request is the role of its token, within the limits of that role', async () => {
    const ada = await project.signUp('who@roles.test');
    const { data } = await ada.client.rpc('who');
    expect(data).toMatchObject({ user: 'authenticated', uid: ada.id, role: 'authenticated', timeout: '8s' });
    expect(data).toMatchObject({ claim: 'email', of: '/rpc/who', agent: expect.any(String) });
    expect(data).toMatchObject({ path: '"public", "extensions"' });
    const anonymous = await project.client('PUBLISHABLE_KEYS').rpc('who');
    expect(anonymous.data).toMatchObject({ user: 'anon', uid: null, role: 'anon', timeout: '3s' });
    const service = await project.client('SECRET_KEYS').rpc('who');
    expect(service.data).toMatchObject({ user: 'service_role', role: 'service_role' });
  });

  test('a function gains nothing by leaving its role', async () => {
    const { client: user } = await project.signUp('escape@roles.test');
    for (const client of [project.client('ANON_KEY'), user]) {
      expect((await client.rpc('back')).data).toBe('light_user');
      for (const role of PRIVILEGED) {
        expect((await client.rpc('become', { role })).error).toMatchObject({ code: '42501' });
        expect((await client.rpc('session', { name: role })).error).toMatchObject({ code: '42501' });
      }
    }
    const service = project.client('SERVICE_ROLE_KEY');
    expect((await service.rpc('back')).data).toBe('light_service');
    for (const role of PRIVILEGED.slice(1))
      expect((await service.rpc('become', { role })).error).toMatchObject({ code: '42501' });
  });

  test.each(['light_user', 'light_service', 'authenticator'])('%s has no right to a table', async (role) => {
    const reading = project.database.as(role, (db) => db.query('select from public.kept'));
    await expect(reading).rejects.toThrow('permission denied');
  });

  test('reading through a function writes nothing', async () => {
    const service = project.client('SERVICE_ROLE_KEY');
    const refused = await service.rpc('keep', {}, { get: true });
    expect(refused).toMatchObject({ status: 405, error: { code: '25006' } });
    expect(await service.rpc('keep')).toMatchObject({ status: 200, data: 1 });
  });

  test('a role that the project made is served, any other is not', async () => {
    expect(await asRole('editor')).toMatchObject({ status: 200, body: { user: 'editor' } });
    for (const role of ['postgres', 'supabase_admin', 'supabase_auth_admin'])
      expect(await asRole(role)).toMatchObject({ status: 403, body: { code: '42501' } });
    expect(await asRole('nobody')).toMatchObject({ status: 400, body: { code: '22023' } });
    expect(await asRole('none')).toMatchObject({ status: 403 });
  });

  test('limits that changed apply once the database tells, also after the listener was cut off', async () => {
    const timeout = async () => (await project.client('ANON_KEY').rpc('who')).data;
    const limit = (value: string) =>
      project.database.sql(
        `alter role anon set statement_timeout = '${value}'; notify pgrst, 'reload config'`,
      );
    await limit('1s');
    await expect.poll(timeout).toMatchObject({ timeout: '1s' });
    const { rows } = await project.database.as('supabase_admin', (db) =>
      db.query(
        `select pg_terminate_backend(pid) as ended from pg_stat_activity where application_name = 'light listener'`,
      ),
    );
    expect(rows).toEqual([{ ended: true }]);
    // Whichever comes first, the change or the new connection: a connection begins with a reading.
    await limit('2s');
    await expect.poll(timeout, { timeout: 5000 }).toMatchObject({ timeout: '2s' });
  });
});
