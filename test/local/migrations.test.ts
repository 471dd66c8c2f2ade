import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Cloud } from './cloud.ts';

let cloud: Cloud;
let ref: string;

beforeAll(async () => {
  cloud = await Cloud.start();
  ({ ref } = await cloud.healthy('migrations'));
}, 90_000);
afterAll(() => cloud.destroy());

const call = async (method: string, path: string, body?: unknown, headers?: Record<string, string>) => {
  const answer = await cloud.call(method, `/v1/projects/${ref}/database/migrations${path}`, body, headers);
  return { status: answer.status, body: answer.body };
};

const listSchema = z.array(z.object({ version: z.string(), name: z.string().optional() }));
const list = async () => listSchema.parse((await call('GET', '')).body);
const versionOf = async (name: string) =>
  (await list()).find((each) => each.name === name)?.version ?? 'none';
const exists = async (table: string) =>
  JSON.stringify(await cloud.sql(ref, `select to_regclass('${table}') is not null as there`)) ===
  '[{"there":true}]';

describe('migrations', () => {
  it('are none before the first', async () => {
    expect(await call('GET', '')).toEqual({ status: 200, body: [] });
    expect((await call('GET', '/20260101000000')).status).toBe(404);
    expect((await call('DELETE', '?gte=0')).status).toBe(200);
  });

  it('are run and recorded', async () => {
    const query = "create table widgets (id int primary key, name text default 'it''s \\ 50 %'); -- done";
    const rollback = 'drop table widgets';
    expect(await call('POST', '', { query, name: 'widgets', rollback })).toEqual({
      status: 200,
      body: undefined,
    });
    expect(await exists('widgets')).toBe(true);
    const version = await versionOf('widgets');
    expect(version).toMatch(/^20\d{12}$/);
    expect(await call('GET', `/${version}`)).toEqual({
      status: 200,
      body: {
        version,
        name: 'widgets',
        statements: [query],
        rollback: [rollback],
        created_by: expect.stringContaining('@'),
      },
    });
    expect(await cloud.sql(ref, 'select statements from supabase_migrations.schema_migrations')).toEqual([
      { statements: [query] },
    ]);
  });

  it('that fail change nothing, and say where they fail', async () => {
    const query = 'create table halfway ();\nselect * from nowhere;';
    expect(await call('POST', '', { query, name: 'broken' })).toMatchObject({
      status: 400,
      body: {
        message: [
          'Failed to apply database migration: ERROR:  42P01: relation "nowhere" does not exist',
          'LINE 2: select * from nowhere;',
          '                      ^',
        ].join('\n'),
      },
    });
    expect(await exists('halfway')).toBe(false);
    expect(await versionOf('broken')).toBe('none');
  });

  it('may leave the session in any state', async () => {
    const query = `set role anon; select set_config('search_path', '', false);
      set standard_conforming_strings = off; /* ends in a`;
    expect((await call('POST', '', { query: `${query} comment */`, name: 'sets' })).status).toBe(200);
    expect(await versionOf('sets')).toMatch(/^20/);
    expect((await call('POST', '', { query, name: 'open comment' })).status).toBe(400);
  });

  it('are not run twice under one key', async () => {
    const body = { query: 'create table once ()', name: 'once' };
    const headers = { 'idempotency-key': 'k-1' };
    const answers = await Promise.all(Array.from({ length: 5 }, () => call('POST', '', body, headers)));
    // 409: while the first one was still being answered.
    expect(new Set([...answers.map(({ status }) => status), 409])).toEqual(new Set([200, 409]));
    expect((await call('POST', '', body, headers)).status).toBe(200);
    expect((await list()).filter(({ name }) => name === 'once')).toHaveLength(1);
  });

  it('that come at the same moment run one after the other, each under a version of its own', async () => {
    await cloud.sql(ref, 'create table steps (at timestamptz default clock_timestamp(), what text)');
    const query = `insert into steps (what) values ('begin'); select pg_sleep(0.1);
      insert into steps (what) values ('end')`;
    const names = ['a', 'b', 'c', 'd'];
    const answers = await Promise.all(names.map((name) => call('POST', '', { query, name })));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(await cloud.sql(ref, "select string_agg(what, ' ' order by at) as steps from steps")).toEqual([
      { steps: 'begin end begin end begin end begin end' },
    ]);
    expect(new Set(await Promise.all(names.map(versionOf))).size).toBe(4);
  });

  it('are recorded without being run, as often as one likes', async () => {
    const body = { query: 'create table elsewhere ()', name: 'elsewhere' };
    for (let n = 0; n < 2; n += 1) expect((await call('PUT', '', body)).status).toBe(200);
    expect((await list()).filter(({ name }) => name === 'elsewhere')).toHaveLength(1);
    expect(await exists('elsewhere')).toBe(false);

    const headers = { 'idempotency-key': 'k-2' };
    await call('PUT', '', { query: 'select 1', name: 'first' }, headers);
    await call('PUT', '', { query: 'select 2', name: 'second', rollback: '' }, headers);
    expect((await call('GET', `/${await versionOf('second')}`)).body).toMatchObject({
      statements: ['select 2'],
      rollback: [''],
      idempotency_key: 'k-2',
    });
    expect(await versionOf('first')).toBe('none');
  });

  it('can be amended', async () => {
    const version = await versionOf('once');
    expect((await call('PATCH', `/${version}`, { rollback: 'drop table once' })).status).toBe(200);
    expect((await call('PATCH', `/${version}`, { name: "renamed'; --" })).status).toBe(200);
    expect((await call('GET', `/${version}`)).body).toMatchObject({
      name: "renamed'; --",
      rollback: ['drop table once'],
    });
    expect((await call('PATCH', '/1', { name: 'x' })).status).toBe(404);
  });

  it('are undone only where all of them say how', async () => {
    const from = await versionOf('widgets');
    const refused = await call('DELETE', `?gte=${from}`);
    expect(refused).toMatchObject({ status: 409, body: { suggestion: expect.stringContaining('PATCH') } });
    expect(await exists('widgets')).toBe(true);
    for (const { version, name } of await list()) {
      const rollback =
        name === 'widgets' ? 'drop table widgets' : name === "renamed'; --" ? 'drop table once' : '';
      await call('PATCH', `/${version}`, { rollback });
    }
    expect((await call('DELETE', `?gte=${from}`)).status).toBe(200);
    expect([await exists('widgets'), await exists('once')]).toEqual([false, false]);
    expect(await list()).toEqual([]);
  });

  it('of the CLI are read too', async () => {
    await cloud.sql(
      ref,
      `drop schema supabase_migrations cascade; create schema supabase_migrations;
      create table supabase_migrations.schema_migrations
        (version text primary key, statements text[], name text);
      insert into supabase_migrations.schema_migrations values ('20240101000000', '{select 1}', 'cli')`,
    );
    expect(await list()).toEqual([{ version: '20240101000000', name: 'cli' }]);
    expect((await call('GET', '/20240101000000')).body).toEqual({
      version: '20240101000000',
      name: 'cli',
      statements: ['select 1'],
    });
    expect((await call('POST', '', { query: 'select 1', name: 'next' })).status).toBe(200);
    expect((await list()).map(({ name }) => name)).toEqual(['cli', 'next']);
  });
});
