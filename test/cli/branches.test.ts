import { mkdtempSync, rmSync } from 'node:fs';
import { Client } from 'pg';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Cloud, freePort, until } from '../local/cloud.ts';
import { runCli } from './cli.ts';

const branchSchema = z.object({
  id: z.string(),
  name: z.string(),
  project_ref: z.string(),
  status: z.string(),
  failure: z.string().nullable(),
  with_data: z.boolean(),
});
const branchesSchema = z.array(branchSchema.omit({ failure: true }));

let cloud: Cloud;
let cwd: string;
let ref: string;
let port: number;

beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'supabase-project-'));
  // The CLI shows a branch only with the address of its Postgres.
  port = await freePort();
  cloud = await Cloud.start({ BASEPLANE_PG_PORT: String(port) });
  ({ ref } = await cloud.healthy('branched'));
  await firstMigration(ref, 'notes', 'create table notes (id int primary key)');
  await migrate(ref, 'insert into notes values (1); -- a comment ends it');
});

afterAll(async () => {
  await cloud.destroy();
  rmSync(cwd, { recursive: true, force: true });
});

async function cli(...args: readonly string[]): Promise<string> {
  const options = { home: cloud.home, token: cloud.local.access_token, cwd };
  const { code, stdout, stderr } = await runCli(['branches', ...args, `--remote=${ref}`], options);
  expect(code, `${stdout}\n${stderr}`).toBe(0);
  return stdout;
}

const list = async () => branchesSchema.parse(JSON.parse(await cli('list', '--output=json')));

async function branch(name: string) {
  const { body } = await cloud.call('GET', `/v1/projects/${ref}/branches/${name}`);
  return branchSchema.parse(body);
}

let version = 20_300_101_000_000;

/** As the CLI does it, under a version of its own choice. */
async function migrate(on: string, query: string, as = (version += 1)): Promise<void> {
  const record = `insert into supabase_migrations.schema_migrations (version, statements)
    values ('${as}', array[$own$${query}$own$])`;
  await cloud.sql(on, `${query}\n;\n${record}`);
}

async function firstMigration(on: string, name: string, query: string): Promise<void> {
  const path = `/v1/projects/${on}/database/migrations`;
  const { status, text } = await cloud.call('POST', path, { query, name });
  expect(status, text).toBe(200);
}

const migrations = async (on: string) =>
  (await cloud.call('GET', `/v1/projects/${on}/database/migrations`)).body;

const act = (on: string, what: string, body: object = {}) =>
  cloud.call('POST', `/v1/branches/${on}/${what}`, body);

const runSchema = z.object({ run_steps: z.array(z.object({ name: z.string(), status: z.string() })) });

/** Begins it and waits for its end; answers how each of its steps ended. */
async function carry(
  on: string,
  what: 'push' | 'merge',
  name = 'feature',
): Promise<Readonly<Record<string, string>>> {
  const { body, text, status } = await act(on, what);
  expect(status, text).toBe(201);
  const { workflow_run_id: id } = z.object({ workflow_run_id: z.string() }).parse(body);
  await until('the branch to be done', async () => {
    const { body: shown } = await cloud.call('GET', `/v1/projects/${ref}/branches/${name}`);
    return branchSchema.parse(shown).status === 'RUNNING_MIGRATIONS' ? undefined : true;
  });
  return until('the run to end', async () => {
    const run = runSchema.parse((await cloud.call('GET', `/v1/projects/${ref}/actions/${id}`)).body);
    const steps = Object.fromEntries(run.run_steps.map(({ name, status: at }) => [name, at]));
    const over = steps['migrate'] === 'DEAD' || steps['deploy'] === 'EXITED' || steps['deploy'] === 'DEAD';
    return over ? steps : undefined;
  });
}

const notes = (on: string) => cloud.sql(on, 'select id from notes order by id');

const isThere = (on: string, table: string) =>
  cloud.sql(on, `select to_regclass('${table}') is not null as there`);

describe('the official CLI', () => {
  it('creates a branch that has the migrations of its project, and no more', async () => {
    await cloud.sql(ref, 'create table by_hand (id int)');
    await cli('create', 'dev', '--persistent=false');
    const { project_ref: dev } = await branch('dev');
    await cloud.reaches(dev, 'ACTIVE_HEALTHY');
    expect(await notes(dev)).toEqual([{ id: 1 }]);
    expect(await isThere(dev, 'by_hand')).toEqual([{ there: false }]);
    expect(await migrations(dev)).toEqual(await migrations(ref));
    expect(await branch('dev')).toMatchObject({ status: 'MIGRATIONS_PASSED', failure: null });
  });

  it('lists, shows and renames branches', async () => {
    expect((await list()).map(({ name }) => name)).toEqual(['main', 'dev']);
    const { project_ref: dev } = await branch('dev');
    const shown = await cli('get', 'dev', '--output=json');
    expect(shown).toContain(dev);
    await cli('update', 'dev', '--name=feature');
    expect(await branch('feature')).toMatchObject({ project_ref: dev });
  });

  it('pauses a branch and wakes it', async () => {
    const { project_ref: feature } = await branch('feature');
    await cli('pause', 'feature');
    await cloud.reaches(feature, 'INACTIVE');
    await cli('unpause', 'feature');
    await cloud.reaches(feature, 'ACTIVE_HEALTHY');
    expect(await notes(feature)).toEqual([{ id: 1 }]);
  });
});

describe('a branch', () => {
  it('gives its migrations to its project, and takes those that came meanwhile', async () => {
    const { project_ref: feature, id } = await branch('feature');
    await migrate(feature, 'create table tags (id int primary key)');
    await migrate(ref, 'insert into notes values (2)');
    expect(await carry(id, 'push')).toEqual({ migrate: 'EXITED', deploy: 'EXITED' });
    expect(await notes(feature)).toEqual([{ id: 1 }, { id: 2 }]);
    expect(await isThere(ref, 'tags')).toEqual([{ there: false }]);
    expect(await carry(feature, 'merge')).toEqual({ migrate: 'EXITED', deploy: 'EXITED' });
    expect(await isThere(ref, 'tags')).toEqual([{ there: true }]);
    expect(await migrations(ref)).toEqual(await migrations(feature));
  });

  it('tells which migration failed, and changes nothing by it', async () => {
    const { project_ref: feature } = await branch('feature');
    await migrate(feature, 'insert into notes values (3)');
    await cloud.sql(ref, 'insert into notes values (3)');
    expect(await carry(feature, 'merge')).toEqual({ migrate: 'DEAD' });
    const { status, failure } = await branch('feature');
    expect({ status, failure }).toEqual({
      status: 'MIGRATIONS_FAILED',
      failure: expect.stringContaining('duplicate key'),
    });
    expect(await migrations(ref)).not.toEqual(await migrations(feature));
  });

  it('takes no migration for another one of the same version', async () => {
    const { project_ref: feature } = await branch('feature');
    await migrate(feature, 'select 1', version + 1);
    await migrate(ref, 'select 2', version + 1);
    expect(await carry(feature, 'push')).toEqual({ migrate: 'DEAD' });
    expect((await branch('feature')).failure).toContain(`version ${version + 1} is another migration`);
  });

  it('is as new after a reset, with the keys that it had', async () => {
    const { project_ref: feature } = await branch('feature');
    const keys = await cloud.keys(feature);
    await cloud.sql(feature, 'create table scratch (id int)');
    expect((await act(feature, 'reset')).status).toBe(201);
    await cloud.reaches(feature, 'ACTIVE_HEALTHY');
    expect(await isThere(feature, 'scratch')).toEqual([{ there: false }]);
    expect(await migrations(feature)).toEqual(await migrations(ref));
    expect(await cloud.keys(feature)).toEqual(keys);
    const { data, error } = await cloud.client(feature, keys.serviceRole).from('notes').select('id');
    expect({ data, error }).toEqual({ data: [{ id: 1 }, { id: 2 }], error: null });
  });
});

describe('a branch with data', () => {
  const rows = (on: string) => cloud.sql(on, 'select word from words order by word');

  /** As Postgres takes it, or its SQLSTATE. */
  async function signsIn(on: string, password: string): Promise<string> {
    const login = { host: 'localhost', port, user: `postgres.${on}`, password, database: 'postgres' };
    const client = new Client(login);
    try {
      await client.connect();
      return 'in';
    } catch (error) {
      return z.object({ code: z.string() }).parse(error).code;
    } finally {
      await client.end();
    }
  }

  it('begins as a copy of its project: rows, users and files, and no way in', async () => {
    const password = 'the one of the project alone';
    const changed = await cloud.call('PATCH', `/v1/projects/${ref}/database/password`, { password });
    expect(changed.status, changed.text).toBe(200);
    await cloud.sql(ref, "create table words as select 'by hand' as word");
    const keys = await cloud.keys(ref);
    const project = cloud.client(ref, keys.serviceRole);
    const account = { email: 'ada@example.com', password: 'correct horse battery' };
    await project.auth.admin.createUser({ ...account, email_confirm: true });
    const { data: before } = await cloud.client(ref, keys.anon).auth.signInWithPassword(account);
    await project.storage.createBucket('pictures');
    await project.storage.from('pictures').upload('a.txt', new Blob(['seen']));

    await cli('create', 'copy', '--with-data', '--persistent=false');
    const { project_ref: copy } = await branch('copy');
    await cloud.reaches(copy, 'ACTIVE_HEALTHY');
    expect(await branch('copy')).toMatchObject({ status: 'MIGRATIONS_PASSED', with_data: true });
    expect(await rows(copy)).toEqual([{ word: 'by hand' }]);
    expect(await migrations(copy)).toEqual(await migrations(ref));
    expect(await signsIn(ref, password)).toBe('in');
    expect(await signsIn(copy, password)).toBe('28P01');

    const own = await cloud.keys(copy);
    const file = await cloud.client(copy, own.serviceRole).storage.from('pictures').download('a.txt');
    expect(await file.data?.text()).toBe('seen');
    const there = cloud.client(copy, own.anon);
    const taken = await there.auth.refreshSession({ refresh_token: before.session?.refresh_token ?? '' });
    expect(taken.error).not.toBeNull();
    expect((await there.auth.getUser(before.session?.access_token)).error).not.toBeNull();
    expect((await there.auth.signInWithPassword(account)).error).toBeNull();
    const foreign = cloud.client(copy, keys.serviceRole);
    expect((await foreign.from('words').select()).error).not.toBeNull();
  });

  it('goes its own way, and becomes a copy again by a reset', async () => {
    const { project_ref: copy } = await branch('copy');
    await cloud.sql(copy, "delete from words; insert into words values ('of the branch')");
    await cloud.sql(ref, "insert into words values ('later')");
    expect(await rows(ref)).toEqual([{ word: 'by hand' }, { word: 'later' }]);
    await migrate(copy, 'create table shelves (id int)', version + 10);
    await carry(copy, 'merge', 'copy');
    expect(await isThere(ref, 'shelves')).toEqual([{ there: true }]);
    expect((await act(copy, 'reset')).status).toBe(201);
    await cloud.reaches(copy, 'ACTIVE_HEALTHY');
    expect(await rows(copy)).toEqual([{ word: 'by hand' }, { word: 'later' }]);
    expect(await isThere(copy, 'shelves')).toEqual([{ there: true }]);
    await cli('delete', 'copy');
    await until('the branch to be gone', async () =>
      (await cloud.project(copy)) === undefined ? true : undefined,
    );
  });
});

describe('in the end', () => {
  it('a project with branches stays until they are deleted', async () => {
    const { project_ref: feature } = await branch('feature');
    expect((await cloud.call('DELETE', `/v1/projects/${ref}`)).status).toBe(409);
    await cli('delete', 'feature');
    const gone = async () => ((await cloud.project(feature)) === undefined ? true : undefined);
    await until('the branch to be gone', gone);
    expect((await list()).map(({ name }) => name)).toEqual(['main']);
    expect((await cloud.call('DELETE', `/v1/projects/${ref}`)).status).toBe(200);
  });
});
