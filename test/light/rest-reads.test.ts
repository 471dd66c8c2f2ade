import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callers, masterUser } from '../database/callers.ts';
import { postgresAvailable } from '../database/cluster.ts';
import { type RunningProject, sign, startProject } from './running-project.ts';

const SCHEMA = `
  create type public.mood as enum ('sad', 'ok');
  create table public.kinds (
    id bigint primary key, name text, n numeric, done bool, m mood, tags text[], data jsonb, at timestamptz, u uuid
  );
  insert into public.kinds values
    (1, 'a*b', 9007199254740993.10, true, 'ok', '{a,"b c"}', '{"z":1,"a":[1,2]}', '2024-02-29 12:00+02', null),
    (2, '"quoted", \\', 'NaN', false, 'sad', '{}', '"x"', 'infinity', '6f9619ff-8b86-d011-b42d-00c04fc964ff'),
    (9007199254740993, null, null, null, null, null, null, null, null);
  create view public.pairs as select id as a, name as b from public.kinds;
  create table public.closed (id int primary key);
  alter table public.closed enable row level security;
  revoke all on public.closed from anon;
  create view public.session with (security_invoker) as select
    current_user as role, current_setting('request.jwt.claims', true) as claims,
    current_setting('request.path', true) as path, current_setting('request.method', true) as method,
    current_setting('transaction_read_only') as read_only, current_setting('search_path') as search_path,
    current_setting('statement_timeout') as patience, current_setting('response.status', true) as status;
  create view public.slow as select 1 as id from pg_sleep(20);
  create function public.count_up() returns bigint language sql volatile as $$
    insert into public.kinds (id) values (3) returning id
  $$;
  create view public.writes as select public.count_up() as id;
  create schema store;
  grant usage on schema store to anon, service_role;
  create table store.wares (sku text primary key);
  insert into store.wares values ('pen');
  grant select on store.wares to anon, service_role;
  grant select on all tables in schema public to authenticated;
  alter role anon set statement_timeout = '200ms';
`;

const OBJECT = { accept: 'application/vnd.pgrst.object+json' };
const READS: readonly (readonly [path: string, headers: Record<string, string>])[] = [
  ['kinds', {}],
  ['kinds?select=*&order=id.desc', {}],
  ['kinds?select=id,title:name,n&order=id', {}],
  ['kinds?id=eq.9007199254740993', {}],
  ['kinds?id=in.(1,2)&order=id&limit=1&offset=1', {}],
  ['kinds?id=not.in.(1,2)', {}],
  ['kinds?name=eq.a*b', {}],
  ['kinds?name=like.a*', {}],
  ['kinds?name=ilike.A*', {}],
  ['kinds?name=eq.%22quoted%22,%20%5C', {}],
  ['kinds?name=in.(a*b,x)', {}],
  ['kinds?n=gt.1', {}],
  ['kinds?done=is.true', {}],
  ['kinds?done=not.is.true', {}],
  ['kinds?done=eq.false', {}],
  ['kinds?m=eq.ok', {}],
  ['kinds?m=gte.sad&order=m.desc.nullslast,id.asc', {}],
  ['kinds?at=lt.2025-01-01', {}],
  ['kinds?tags=eq.{}', {}],
  ['kinds?id=gt.1&id=lt.5&name=not.is.null', {}],
  ['kinds?id=eq.4', {}],
  ['kinds?offset=2', {}],
  ['kinds?offset=20', {}],
  ['kinds?limit=0', {}],
  ['kinds?id=eq.1', OBJECT],
  ['kinds?id=eq.4', OBJECT],
  ['kinds', OBJECT],
  ['pairs?a=eq.1', {}],
  ['wares', { 'accept-profile': 'store' }],
  ['kinds', { 'accept-profile': 'none' }],
  ['kinds?id=eq.x', {}],
  ['kinds?m=eq.none', {}],
  ['kinds?none=eq.1', {}],
  ['kinds?name=is.true', {}],
  ['none', {}],
  ['closed', {}],
  ['slow', {}],
  ['writes', {}],
];

/** JSON with its numbers as they are written. */
const digits = (json: string): unknown =>
  JSON.parse(json, (_key, value: unknown, context?: { source?: string }) =>
    typeof value === 'number' ? `#${context?.source}` : value,
  );

describe.runIf(postgresAvailable)('reads that need no lite', () => {
  let project: RunningProject;

  beforeAll(async () => {
    project = await startProject(callers[0] ?? masterUser, { PGRST_DB_SCHEMAS: 'public,store' });
    await project.database.sql(SCHEMA);
  });

  afterAll(() => project[Symbol.asyncDispose]());

  async function get(path: string, headers: Record<string, string> = {}, key = 'ANON_KEY') {
    const answer = await fetch(`${project.url}/rest/v1/${path}`, {
      headers: { apikey: project.setting(key), ...headers },
    });
    const body = await answer.text();
    const shown = ['content-type', 'content-range', 'content-location', 'access-control-allow-origin'];
    return { status: answer.status, headers: shown.map((name) => answer.headers.get(name)), body };
  }

  test.each(READS)('%s is answered as lite would', async (path, headers) => {
    for (const key of ['ANON_KEY', 'SERVICE_ROLE_KEY'].slice(0, path === 'slow' ? 1 : 2)) {
      const ours = await get(path, headers, key);
      // A preference changes nothing here, and is not ours to honour.
      const theirs = await get(path, { ...headers, prefer: 'handling=lenient' }, key);
      expect({ ...ours, body: digits(ours.body) }).toEqual({ ...theirs, body: digits(theirs.body) });
    }
  });

  test('the body is what Postgres has written', async () => {
    const { body } = await get('kinds?select=id&id=lt.3&order=id');
    expect(body).toBe('[{"id":1}, \n {"id":2}]');
  });

  test('an order is by the table’s column, whatever else is called so', async () => {
    const { body } = await get('kinds?select=id:name,number:id&order=id.desc&limit=1');
    expect(digits(body)).toEqual([{ id: null, number: '#9007199254740993' }]);
  });

  test('each has the session of its own caller, and none of another', async () => {
    const claims = { sub: '6f9619ff-8b86-d011-b42d-00c04fc964ff', role: 'authenticated', extra: 'x' };
    const token = await sign(claims, project.setting('JWT_SECRET'), '1h');
    const asUser = await get('session?select=*', { authorization: `Bearer ${token}` });
    expect(JSON.parse(asUser.body)).toMatchObject([
      {
        role: 'authenticated',
        claims: expect.stringContaining('"extra":"x"'),
        path: '/session',
        method: 'GET',
        read_only: 'on',
        search_path: '"public", "extensions"',
      },
    ]);
    const asAnon = await Promise.all(Array.from({ length: 10 }, () => get('session')));
    for (const { body } of asAnon) {
      expect(JSON.parse(body)).toMatchObject([{ role: 'anon', patience: '200ms' }]);
      expect(body).not.toContain('extra');
    }
    const asService = await get('session', {}, 'SERVICE_ROLE_KEY');
    expect(JSON.parse(asService.body)).toMatchObject([
      { role: 'service_role', patience: expect.not.stringMatching('200ms') },
    ]);
  });

  test('a change of the schema is seen by the next of them', async () => {
    expect((await get('later')).status).toBe(404);
    await project.database.sql(`create table public.later (id int); grant select on public.later to anon;`);
    expect(await get('later')).toMatchObject({ status: 200, body: '[]' });
    await project.database.sql('alter table public.later rename column id to number');
    expect(await get('later?number=eq.1')).toMatchObject({ status: 200, body: '[]' });
    expect((await get('later?id=eq.1')).status).toBe(400);
  });

  test('one whose statement fails spoils nothing for those after it', async () => {
    for (const path of ['kinds?id=eq.x', 'kinds?id=eq.1', 'slow', 'kinds?id=eq.1', 'closed', 'kinds?id=eq.1'])
      await get(path);
    const all = await Promise.all(
      Array.from({ length: 40 }, (_, at) => get(at % 2 === 0 ? 'kinds?id=eq.x' : 'kinds?select=id&id=eq.1')),
    );
    expect(all.map(({ status }) => status)).toEqual(all.map((_, at) => (at % 2 === 0 ? 400 : 200)));
    expect(all.at(-1)?.body).toBe('[{"id":1}]');
  });
});
