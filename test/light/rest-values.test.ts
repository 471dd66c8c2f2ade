import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callers, masterUser } from '../database/callers.ts';
import { postgresAvailable } from '../database/cluster.ts';
import { valueOf } from '../database/project.ts';
import { type RunningProject, startProject } from './running-project.ts';

const SCHEMA = `
  create type public.mood as enum ('sad', 'ok');
  create type public.pair as (a int, b text);
  create table public.kinds (
    id int primary key, i8 bigint, n numeric, f float8, bo bool, t text default 'preset', d date, ts timestamp,
    tz timestamptz, tmz timetz, iv interval, u uuid, j json, jb jsonb, ta text[], tza timestamptz[], jba jsonb[],
    by bytea, m mood, ma mood[], p pair, ip inet, rg int4range, tr tstzrange, bi bit(3), i2 int[][]
  );
  insert into public.kinds values (
    1, 9007199254740993, 1234567890.123456789012345, 'NaN', true, 'te"x\\t', '2024-02-29', '2024-02-29 12:34:56.789',
    '2024-02-29 12:34:56.789+02', '12:34:56+02', '1 day 02:00:00', '6f9619ff-8b86-d011-b42d-00c04fc964ff',
    '{"a":[1,2]}', '{"z":1,"a":9007199254740993}', '{a,NULL,"b c"}', '{"2024-01-01 00:00:00+00"}',
    array['{"a":1}', '"s"']::jsonb[], '\\xdeadbeef', 'ok', '{sad,ok}', '(1,x)', '10.0.0.1/24', '[1,5)',
    '["2024-01-01 00:00+00",)', B'101', '{{1,2},{3,4}}'
  );
  create table public.texts (id int primary key, t text);
  insert into public.texts values (1, '1.50'), (2, 'true'), (3, 'null'), (4, '007'), (5, '9007199254740993');
  create function public.same(j jsonb) returns jsonb language sql as 'select j';
  create function public.text_of(t text, n bigint) returns text language sql as $$ select t || ':' || n $$;
`;

/** JSON with its numbers as they are written. */
const digits = (json: string): unknown =>
  JSON.parse(json, (_key, value: unknown, context?: { source?: string }) =>
    typeof value === 'number' ? `#${context?.source}` : value,
  );

describe.runIf(postgresAvailable)('values of REST', () => {
  let project: RunningProject;

  beforeAll(async () => {
    project = await startProject(callers[0] ?? masterUser);
    await project.database.sql(SCHEMA);
  });

  afterAll(() => project[Symbol.asyncDispose]());

  /** The answer's text: reading it as JSON would round what this is about. */
  async function call(
    path: string,
    method = 'GET',
    body?: string,
    prefer = 'return=representation',
    key = 'SERVICE_ROLE_KEY',
  ) {
    const headers = {
      apikey: project.setting(key),
      'content-type': 'application/json',
      prefer,
    };
    const init = body === undefined ? { method, headers } : { method, headers, body };
    return (await fetch(`${project.url}/rest/v1/${path}`, init)).text();
  }

  async function stored(query: string): Promise<unknown> {
    const { rows } = await project.database.as('postgres', (db) =>
      db.query({ text: query, rowMode: 'array' }),
    );
    return rows;
  }

  test('of every type come as Postgres writes them in JSON', async () => {
    const expected = await project.database.as('supabase_admin', async (db) => {
      await db.query(`set timezone = 'UTC'`);
      return valueOf(db, 'select json_agg(k)::text from kinds k');
    });
    expect(digits(await call('kinds?id=eq.1'))).toEqual(digits(String(expected)));
  });

  test('are written as they were sent', async () => {
    const row =
      '{"id":2,"i8":9007199254740993,"n":0.12345678901234567890,"bo":false,"t":"1.50","tz":"2024-01-01T00:00:00.123456Z",' +
      '"j":"5","jb":true,"ta":["x",null,"NULL","a\\"b,{}"],"jba":[{"a":1},"s",null],"by":"\\\\xbeef","m":"sad"}';
    await call('kinds', 'POST', row);
    expect(
      await stored(
        `select i8::text, n::text, bo, t, jb, j::text, ta, jba::text, by::text, m from kinds where id = 2`,
      ),
    ).toEqual([
      [
        '9007199254740993',
        '0.12345678901234567890',
        false,
        '1.50',
        true,
        '"5"',
        ['x', null, 'NULL', 'a"b,{}'],
        '{"{\\"a\\": 1}","\\"s\\"",NULL}',
        '\\xbeef',
        'sad',
      ],
    ]);
    await call(
      'kinds?id=eq.2',
      'PATCH',
      '{"i8":"9007199254740995","jb":{"big":9007199254740993},"n":"1.10"}',
    );
    expect(await stored('select i8::text, jb::text, n::text from kinds where id = 2')).toEqual([
      ['9007199254740995', '{"big": 9007199254740993}', '1.10'],
    ]);
  });

  test('that a row lacks are null, or the default if the client prefers that; the answer says which', async () => {
    const rows = (id: number) => `[{"id":${id},"t":"given"},{"id":${id + 1}}]`;
    const nulls = await call('kinds?columns=id,t&select=t', 'POST', rows(10));
    expect(nulls).toBe('[{"t":"given"},{"t":null}]');
    const defaults = await call(
      'kinds?columns=id,t&select=t',
      'POST',
      rows(20),
      'return=representation,missing=default',
    );
    expect(defaults).toBe('[{"t":"given"},{"t":"preset"}]');
    expect(await stored('select t from kinds where id in (10, 11, 20, 21) order by id')).toEqual([
      ['given'],
      [null],
      ['given'],
      ['preset'],
    ]);
  });

  test.each([
    ['t=eq.1.50', [1]],
    ['t=eq.true', [2]],
    ['t=eq.null', [3]],
    ['t=eq.007', [4]],
    ['t=in.(1.50,true,9007199254740993)', [1, 2, 5]],
    ['or=(t.eq.1.50,and(t.eq.true,id.gte.2))', [1, 2]],
    ['t=not.in.(true,null)', [1, 4, 5]],
  ])('of filters are texts where the column is: %s', async (filter, ids) => {
    expect(await call(`texts?select=id&order=id&${filter}`)).toBe(JSON.stringify(ids.map((id) => ({ id }))));
  });

  test('of filters are read by Postgres as the column’s type', async () => {
    for (const filter of [
      'i8=eq.9007199254740993',
      'bo=eq.t',
      'by=eq.\\xdeadbeef',
      'n=gt.1234567890.123456789012344',
      'jb->>z=eq.1',
    ])
      expect(await call(`kinds?select=id&id=eq.1&${encodeURI(filter)}`)).toBe('[{"id":1}]');
    expect(await call('kinds?select=id&i8=eq.9007199254740992')).toBe('[]');
  });

  test('of functions pass both ways unchanged', async () => {
    for (const json of ['{"a": [1, null]}', '"text"', '[]', '5', 'true', '9007199254740993'])
      expect(await call('rpc/same', 'POST', `{"j":${json}}`)).toBe(json.replaceAll(' ', ''));
    expect(await call('rpc/text_of', 'POST', '{"t":"1.50","n":9007199254740993}')).toBe(
      '"1.50:9007199254740993"',
    );
    expect(await call('rpc/text_of?t=1.50&n=9007199254740993')).toBe('"1.50:9007199254740993"');
  });

  test('of times are in the zone the client prefers', async () => {
    const zoned = await call('kinds?select=tz&id=eq.1', 'GET', undefined, 'timezone=America/New_York');
    expect(zoned).toBe('[{"tz":"2024-02-29T05:34:56.789-05:00"}]');
  });

  test('a change of all rows has to say so', async () => {
    expect(await call('texts', 'DELETE')).toContain('DELETE requires a WHERE clause');
    expect(await call('texts', 'PATCH', '{"t":"x"}')).toContain('UPDATE requires a WHERE clause');
  });

  test('only who has a secret key may have a change undone', async () => {
    await call('texts', 'POST', '{"id":9,"t":"undone"}', 'tx=rollback');
    await call('texts', 'POST', '{"id":9,"t":"kept"}', 'tx=rollback', 'ANON_KEY');
    expect(await stored('select t from texts where id = 9')).toEqual([['kept']]);
  });
});
