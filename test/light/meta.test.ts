import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { callers, masterUser } from '../database/callers.ts';
import { postgresAvailable } from '../database/cluster.ts';
import { type RunningProject, startProject } from './running-project.ts';

const PATIENCE = { timeout: 10_000 };
const Failure = z.object({ error: z.string() });

describe.runIf(postgresAvailable)('postgres-meta', () => {
  let project: RunningProject;

  beforeAll(async () => {
    project = await startProject(callers[0] ?? masterUser, {
      SERVICES: 'rest,auth,meta',
      META_IDLE_SECONDS: '1',
    });
    await project.database.sql(`
      create type public.mood as enum ('calm', 'cross');
      create table public.people (id bigint primary key, name text not null, mood public.mood);
      create table public.pets (id int primary key, owner bigint references public.people);
      create function public.greet(name text) returns text language sql as $$ select 'hello ' || name $$;
    `);
  });

  afterAll(() => project[Symbol.asyncDispose]());

  const ask = (
    path: string,
    init: { method?: string; body?: string; headers?: Record<string, string> } = {},
  ) =>
    fetch(`${project.url}/pg${path}`, {
      ...init,
      headers: {
        apikey: project.setting('SECRET_KEYS'),
        'content-type': 'application/json',
        ...init.headers,
      },
    });

  const query = (sql: string) => ask('/query', { method: 'POST', body: JSON.stringify({ query: sql }) });
  const rows = async (sql: string) => (await query(sql)).json();

  /** The process that runs, if any. */
  function running(): number | undefined {
    const { stdout } = spawnSync('ps', ['-axo', 'pid=,ppid=,args='], { encoding: 'utf8' });
    const line = stdout
      .split('\n')
      .find(
        (each) =>
          /light\/meta\/main\.ts/.test(each) && each.trim().split(/\s+/)[1] === String(project.light.pid),
      );
    return line === undefined ? undefined : Number(line.trim().split(/\s+/)[0]);
  }

  test('is not there before it is asked, and no longer than it is needed', async () => {
    expect(running()).toBeUndefined();
    expect((await ask('/')).status).toBe(200);
    expect(running()).toBeDefined();
    await expect.poll(running, PATIENCE).toBeUndefined();
    expect(await rows('select 1 as one')).toEqual([{ one: 1 }]);
  });

  test('is for secret keys alone', async () => {
    const statusOf = async (headers: Record<string, string>) =>
      (await fetch(`${project.url}/pg/tables`, { headers })).status;
    expect(await statusOf({})).toBe(401);
    expect(await statusOf({ apikey: project.setting('ANON_KEY') })).toBe(403);
    expect(await statusOf({ apikey: project.setting('PUBLISHABLE_KEYS') })).toBe(403);
    const { token } = await project.signUp('curious@meta.test');
    expect(await statusOf({ apikey: project.setting('ANON_KEY'), authorization: `Bearer ${token}` })).toBe(
      403,
    );
    expect(await statusOf({ apikey: project.setting('SERVICE_ROLE_KEY') })).toBe(200);
    expect(await statusOf({ authorization: `Bearer ${project.setting('SECRET_KEYS')}` })).toBe(200);
  });

  test('shows the schema', async () => {
    expect(await (await ask('/tables?included_schemas=public')).json()).toMatchObject([
      {
        name: 'people',
        columns: [{ name: 'id' }, { name: 'name', is_nullable: false }, { enums: ['calm', 'cross'] }],
      },
      { name: 'pets', relationships: [{ target_table_name: 'people' }] },
    ]);
    for (const path of [
      '/schemas',
      '/roles',
      '/extensions',
      '/policies',
      '/functions',
      '/types',
      '/publications',
      '/triggers',
    ])
      expect((await ask(path)).status).toBe(200);
    expect((await ask('/nothing')).status).toBe(404);
  });

  test('changes it as postgres, and the API learns of it', async () => {
    const made = await ask('/tables', {
      method: 'POST',
      body: JSON.stringify({ name: 'made', schema: 'public' }),
    });
    const { id } = z.object({ id: z.int() }).parse(await made.json());
    await ask('/columns', {
      method: 'POST',
      body: JSON.stringify({ table_id: id, name: 'note', type: 'text' }),
    });
    expect(await rows(`select tableowner from pg_tables where tablename = 'made'`)).toEqual([
      { tableowner: 'postgres' },
    ]);
    const client = project.client('SERVICE_ROLE_KEY');
    await expect
      .poll(async () => (await client.from('made').insert({ note: 'here' })).error, PATIENCE)
      .toBeNull();
    expect((await ask(`/tables/${id}`, { method: 'DELETE' })).status).toBe(200);
  });

  test('runs queries with postgres’s rights and no more', async () => {
    expect(await rows(`select current_user, 'it''s' as text, 1.5::numeric as exact`)).toEqual([
      { current_user: 'postgres', text: `it's`, exact: '1.5' },
    ]);
    const refused = async (sql: string) => {
      const response = await query(sql);
      return [response.status, Failure.parse(await response.json()).error];
    };
    expect(await refused('select nothing')).toEqual([
      400,
      expect.stringContaining('column "nothing" does not exist'),
    ]);
    for (const role of ['supabase_admin', 'supabase_auth_admin'])
      expect(await refused(`set role ${role}`)).toEqual([400, expect.stringContaining('permission denied')]);
    expect(await refused('set role none; select * from public.people')).toEqual([
      400,
      expect.stringContaining('permission denied'),
    ]);
  });

  test('generates types', async () => {
    const types = await (await ask('/generators/typescript?included_schemas=public')).text();
    expect(types).toContain('export type Database = {');
    expect(types).toMatch(
      /people: \{\s+Row: \{\s+id: number\s+mood: Database\["public"\]\["Enums"\]\["mood"\] \| null\s+name: string/,
    );
    expect(types).toMatch(/greet: \{ Args: \{ name: string \}; Returns: string \}/);
    expect(types).toContain('mood: "calm" | "cross"');
  });

  test('is talked into no other database', async () => {
    const headers = {
      pg: 'postgresql://evil.test/db',
      'x-connection-encrypted': 'U2FsdGVkX19uONsZfyNLQ3JDkEP1nFQ8qPXQ6bFkRwE=',
    };
    const asked = await ask('/query', {
      method: 'POST',
      headers,
      body: JSON.stringify({ query: 'select current_database() as name' }),
    });
    expect(await asked.json()).toEqual([{ name: 'project' }]);
  });

  test('takes few of the database’s connections, however much is asked', async () => {
    const seen = await Promise.all(
      Array.from({ length: 12 }, () =>
        rows(
          `select count(*)::int as connections, pg_sleep(0.1)::text from pg_stat_activity where usename = 'light_meta' and state = 'active'`,
        ),
      ),
    );
    const counts = z
      .array(z.tuple([z.object({ connections: z.int() })]))
      .parse(seen)
      .map(([row]) => row.connections);
    expect(Math.max(...counts)).toBeLessThanOrEqual(4);
    expect(Math.max(...counts)).toBeGreaterThan(1);
  });

  test('is started again after it was killed, and shows no secret in the process list', async () => {
    await rows('select 1');
    const pid = running() ?? 0;
    const { stdout } = spawnSync('ps', ['eww', '-p', String(pid), '-o', 'command='], { encoding: 'utf8' });
    expect(stdout).toContain('PG_META_MAX_RESULT_SIZE_MB');
    expect(stdout).not.toContain(project.setting('POSTGRES_PASSWORD'));
    const asked = query('select pg_sleep(30)');
    const sleeping = () =>
      rows(`select from pg_stat_activity where query = 'select pg_sleep(30)' and state = 'active'`);
    await expect.poll(sleeping, PATIENCE).toHaveLength(1);
    process.kill(pid, 'SIGKILL');
    expect((await asked).status).toBe(502);
    expect(await rows('select 1 as one')).toEqual([{ one: 1 }]);
  });

  test('is healthy when its role is what it should be', async () => {
    const health = await fetch(`${project.url}/health?service=meta`);
    expect(await health.json()).toMatchObject({ services: { meta: { healthy: true } } });
  });
});
