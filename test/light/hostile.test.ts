import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { supabaseAdmin } from '../database/callers.ts';
import { postgresAvailable } from '../database/cluster.ts';
import { type RunningProject, sign, startProject } from './running-project.ts';

const SCHEMA = `
  create table public.notes (id int primary key, title text, data jsonb, span int4range, parent int references public.notes);
  insert into public.notes values (1, 'kept', '{"a": {"b": 1}}', '[1,5)', null);
  create table public.secrets (id int primary key, value text);
  alter table public.secrets enable row level security;
  insert into public.secrets values (1, 'hidden');
  create function public.shout(word text) returns text language sql as 'select upper(word)';
`;

const text = (value: string) => encodeURIComponent(value);
const deep = (levels: number) => `${'notes(id,'.repeat(levels)}id${')'.repeat(levels)}`;
const nested = (levels: number) => `${'and('.repeat(levels)}id.eq.1${')'.repeat(levels)}`;

/** Queries that only somebody hostile, or a broken client, sends; each is answered, and shows nothing. */
const QUERIES: readonly (readonly [name: string, query: string])[] = [
  ['SQL as a value', `notes?title=eq.${text("x' or '1'='1")}`],
  ['SQL as a value of a number', `notes?id=eq.${text('1; drop table notes')}`],
  ['SQL as a column', `notes?${text('id" = 1 or 1=1 --')}=eq.1`],
  ['SQL as an operator', `notes?id=${text('eq) or (1=1')}.1`],
  ['SQL in select', `notes?select=${text('id, (select value from secrets)')}`],
  ['a quote in select', `notes?select=${text('id", (select value from secrets) as "x')}`],
  ['a cast to SQL', `notes?select=${text('id::text; drop table notes')}`],
  ['a cast to a type with SQL', `notes?select=${text('id::int) from secrets --')}`],
  ['SQL as an alias', `notes?select=${text('x" from secrets; --:id')}`],
  ['SQL in a JSON path', `notes?select=${text("data->'a'||(select value from secrets)")}`],
  ['a quote in a JSON path', `notes?select=${text("data->>a') from secrets --")}`],
  ['SQL in order', `notes?order=${text('id; drop table notes')}`],
  ['SQL as a table', text('notes; drop table notes')],
  ['SQL as a function', `rpc/${text('shout(); drop table notes')}`],
  ['SQL as an argument', `rpc/shout?word=${text("'); drop table notes; --")}`],
  ['SQL in an or tree', `notes?or=${text('(id.eq.1,1=1)')}`],
  ['SQL in on_conflict', `notes?on_conflict=${text('id) do nothing; drop table notes')}`],
  ['a system table', 'pg_authid'],
  ['another schema in the path', 'auth.users'],
  ['an embedded system table', 'notes?select=id,pg_authid(*)'],
  ['40 levels of embedding', `notes?select=${text(deep(40))}`],
  ['1,000 levels of embedding', `notes?select=${text(deep(1000))}`],
  ['2,000 levels of parentheses', `notes?or=${text(`(${nested(2000)})`)}`],
  ['parentheses that never close', `notes?or=${text('('.repeat(5000))}`],
  ['brackets of a JSON path that never end', `notes?select=${text(`data${'->a'.repeat(2000)}`)}`],
  ['many columns', `notes?select=${Array.from({ length: 1500 }, () => 'id').join(',')}`],
  ['a range that is none', `notes?span=ov.${text('[5,1)')}`],
  ['a list that is none', 'notes?id=in.1,2'],
  ['an empty list', 'notes?id=in.()'],
  ['a negative limit', 'notes?limit=-1'],
  ['a limit beyond numbers', 'notes?limit=99999999999999999999'],
  ['an offset beyond numbers', 'notes?offset=99999999999999999999'],
  ['an offset that is none', 'notes?offset=x'],
  ['a pattern that never ends', `notes?title=match.${text('(a+)+$')}`],
  ['a pattern that is none', `notes?title=match.${text('(')}`],
  ['a full-text query that is none', `notes?title=fts.${text('a & | !')}`],
  ['a full-text configuration that is none', `notes?title=fts(${text("x');--")}).a`],
  ['a NUL in a value', 'notes?title=eq.%00'],
  ['a NUL in a column', 'notes?%00=eq.1'],
  ['a NUL in a path', 'notes%00'],
  ['text that is no UTF-8', 'notes?title=eq.%ff%fe'],
  ['half of a surrogate pair', 'notes?title=eq.%ed%a0%80'],
  ['a percent sign alone', 'notes?title=eq.%'],
  ['letters that join and turn', `notes?title=eq.${text('‮e\u0301\u200d🏴‍☠️')}`],
  ['a path upwards', '../auth/v1/admin/users'],
  ['an encoded path upwards', '..%2f..%2fauth%2fv1'],
  ['names of Object', 'constructor?__proto__=eq.1&select=__proto__'],
  ['a name of Object as a function', 'rpc/toString'],
];

const BODIES: readonly (readonly [name: string, body: string, headers?: Readonly<Record<string, string>>])[] =
  [
    ['no JSON', '{'],
    ['a number', '5'],
    ['a column with a NUL', '[{"id":5,"a\\u0000b":1}]'],
    ['a text', '"x"'],
    ['null', 'null'],
    ['a list of numbers', '[1,2]'],
    ['a column that is none', '[{"id":5,"no\\"pe":1}]'],
    ['NUL in a text', '[{"id":5,"title":"\\u0000"}]'],
    ['NUL in JSON', '[{"id":5,"data":{"a":"\\u0000"}}]'],
    ['half of a surrogate pair', '[{"id":5,"data":{"a":"\\ud800"}}]'],
    ['names of Object', '[{"id":5,"__proto__":{"a":1}}]'],
    ['a number beyond numbers', '[{"id":1e400}]'],
    ['100,000 levels', '['.repeat(100_000)],
    ['JSON said to be CSV', '[{"id":5}]', { 'content-type': 'text/csv' }],
    ['CSV with a quote that never ends', 'id,title\n5,"x', { 'content-type': 'text/csv' }],
    ['a type of its own', '<a/>', { 'content-type': 'application/xml' }],
    ['no UTF-8 declared', '[{"id":5}]', { 'content-type': 'application/json; charset=utf-16' }],
    [
      'columns with SQL',
      '[{"id":5}]',
      { 'content-type': 'application/json', prefer: 'max-affected=-1, tx=x' },
    ],
  ];

describe.runIf(postgresAvailable)('hostile requests to REST', () => {
  let project: RunningProject;

  beforeAll(async () => {
    project = await startProject(supabaseAdmin);
    await project.database.sql(SCHEMA);
  });

  afterAll(() => project[Symbol.asyncDispose]());

  function call(path: string, init: RequestInit = {}, token?: string): Promise<Response> {
    return fetch(`${project.url}/rest/v1/${path}`, {
      ...init,
      headers: {
        apikey: project.setting('ANON_KEY'),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...Object.fromEntries(new Headers(init.headers)),
      },
    });
  }

  /** Everything is still there, and others are served. */
  async function expectUnharmed(): Promise<void> {
    const { data } = await project.client('SERVICE_ROLE_KEY').from('notes').select('id, title').eq('id', 1);
    expect(data).toEqual([{ id: 1, title: 'kept' }]);
    const secrets = await project.client('SERVICE_ROLE_KEY').from('secrets').select('value');
    expect(secrets.data).toEqual([{ value: 'hidden' }]);
  }

  test.each(QUERIES)('%s is answered, with nothing hidden in it', async (_name, query) => {
    for (const method of ['GET', 'HEAD', 'DELETE']) {
      const answer = await call(query, { method });
      expect(answer.status, `${method} ${query.slice(0, 200)}`).toBeLessThan(500);
      expect(await answer.text()).not.toContain('hidden');
    }
    const { data } = await project.client('SERVICE_ROLE_KEY').from('secrets').select('value');
    expect(data).toEqual([{ value: 'hidden' }]);
    await project.database.sql(`insert into public.notes values (1, 'kept') on conflict do nothing`);
  });

  test.each([
    ['SQL as a value of a number', `notes?id=eq.${text('1; drop table notes')}`, '22P02'],
    ['SQL as a column', `notes?${text('id" = 1 or 1=1 --')}=eq.1`, '42703'],
    ['SQL as an operator', `notes?id=${text('eq) or (1=1')}.1`, 'PGRST100'],
    ['SQL in select', `notes?select=${text('id, (select value from secrets)')}`, 'PGRST100'],
    ['a cast to SQL', `notes?select=${text('id::int) from secrets --')}`, 'PGRST100'],
    ['SQL in order', `notes?order=${text('id; drop table notes')}`, '42703'],
    ['SQL in an or tree', `notes?or=${text('(id.eq.1,1=1)')}`, 'PGRST100'],
    ['51 levels of embedding', `notes?select=${text(deep(51))}`, 'PGRST100'],
    ['1,000 levels of embedding', `notes?select=${text(deep(1000))}`, 'PGRST100'],
    ['2,000 levels of parentheses', `notes?or=${text(`(${nested(2000)})`)}`, 'PGRST100'],
  ])('%s is refused, and the refusal says why', async (_name, query, code) => {
    const answer = await call(query);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ code, message: expect.stringMatching(/./) });
    await expectUnharmed();
  });

  test.each(BODIES.map((body) => ({ name: body[0], body })))(
    'a body that is $name harms nothing',
    async ({ body: [, body, headers] }) => {
      const answer = await call('notes?columns=id,title,data', {
        method: 'POST',
        body,
        headers: headers ?? { 'content-type': 'application/json' },
      });
      expect(answer.status, await answer.text()).toBeLessThan(500);
      await project.database.sql('delete from public.notes where id <> 1');
      await expectUnharmed();
    },
  );

  test('10,000 filters and lists of 50,000 are answered in bounded time', async () => {
    const filters = Array.from({ length: 10_000 }, (_, at) => `id.neq.${at + 2}`).join(',');
    const list = Array.from({ length: 50_000 }, (_, at) => at).join(',');
    for (const query of [`and=(${filters})`, `id=in.(${list})`]) {
      const began = performance.now();
      const long = await call(`notes?${query}`);
      expect(long.status).toBeLessThan(500);
      expect(performance.now() - began).toBeLessThan(20_000);
    }
    await expectUnharmed();
  });

  test('tokens that nobody here signed are worth nothing', async () => {
    const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
    const now = Math.floor(Date.now() / 1000);
    const claims = { role: 'service_role', iss: 'supabase', aud: 'authenticated', iat: now, exp: now + 600 };
    const forged = [
      `${encode({ alg: 'none', typ: 'JWT' })}.${encode(claims)}.`,
      `${encode({ alg: 'None' })}.${encode(claims)}.x`,
      await sign(claims, 'another secret of at least 32 bytes!'),
      await sign({ ...claims, ref: 'zzzzzzzzzzzzzzzzzzzz' }, project.setting('JWT_SECRET')),
      `${encode({ alg: 'HS256', jwk: { kty: 'oct', k: 'AAAA' } })}.${encode(claims)}.AAAA`,
      'x.y.z',
      '.'.repeat(1000),
    ];
    for (const token of forged) {
      const answer = await call('secrets', {}, token);
      expect(answer.status, token.slice(0, 60)).toBe(401);
    }
    const noKey = await fetch(`${project.url}/rest/v1/secrets`, { headers: { apikey: forged[0] ?? '' } });
    expect(noKey.status).toBe(401);
  });

  test.each([
    ['postgres', 'postgres'],
    ['supabase_admin', 'supabase_admin'],
    ['the login role itself', 'light_service'],
    ['SQL', 'anon"; set role postgres; --'],
    ['nothing', ''],
    ['a role that is none', 'nobody'],
  ])('a token with the role of %s becomes nothing more', async (_name, role) => {
    const token = await sign({ role, aud: 'authenticated' }, project.setting('JWT_SECRET'), '1h');
    const answer = await call('secrets', {}, token);
    expect(answer.status).toBeLessThan(500);
    expect(await answer.text()).not.toContain('hidden');
  });

  test.each([
    ['longer than it says', 'POST /rest/v1/notes HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n[{"id":9}]'],
    [
      'of two lengths',
      'POST /rest/v1/notes HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 9\r\n\r\n{}',
    ],
    [
      'of a length and chunks',
      'POST /rest/v1/notes HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET',
    ],
    ['with a header that never ends', `GET /rest/v1/notes HTTP/1.1\r\nHost: x\r\nX: ${'a'.repeat(70_000)}`],
    ['no HTTP', '\u0016\u0003\u0001 hello\r\n\r\n'],
  ])('a request %s harms nobody', async (_name, raw) => {
    const { hostname, port } = new URL(project.url);
    const socket = connect(Number(port), hostname);
    const closed = new Promise((resolve) => socket.on('close', resolve).on('error', resolve));
    socket.on('data', () => socket.end());
    socket.write(raw);
    await closed;
    await expectUnharmed();
  });

  test('bodies that come a byte at a time hold nobody up', async () => {
    const { hostname, port } = new URL(project.url);
    const slow = Array.from({ length: 100 }, () => {
      const socket = connect(Number(port), hostname);
      socket.on('error', () => undefined);
      const key = project.setting('ANON_KEY');
      socket.write(
        `POST /rest/v1/notes HTTP/1.1\r\nHost: x\r\napikey: ${key}\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n[`,
      );
      return socket;
    });
    await expectUnharmed();
    for (const socket of slow) socket.destroy();
    await expectUnharmed();
  });

  test('after all that it is the same process', async () => {
    expect((await fetch(`${project.url}/health`)).status).toBe(200);
    expect(project.light.output()).not.toContain('hidden');
  });
});
