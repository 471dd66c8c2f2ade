import { createHmac } from 'node:crypto';
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Cloud, type Keys } from './cloud.ts';

let cloud: Cloud;
let first: { ref: string; keys: Keys };
let second: { ref: string; keys: Keys };

const SCHEMA = `
  create table authors (id bigint generated always as identity primary key, name text not null);
  create table books (id bigint generated always as identity primary key, title text not null,
    author_id bigint references authors, owner uuid default auth.uid());
  alter table books enable row level security;
  create policy own on books for all to authenticated using (owner = auth.uid()) with check (owner = auth.uid());
  create function add(a int, b int) returns int language sql as 'select a + b';
  create function escape() returns text language plpgsql as $$ begin reset role; return current_user; end $$;
  create function climb() returns text language plpgsql as $$ begin set local role service_role; return current_user; end $$;
  insert into authors (name) values ('Le Guin'), ('Lem');
`;

beforeAll(async () => {
  cloud = await Cloud.start();
  [first, second] = await Promise.all([cloud.healthy('first'), cloud.healthy('second')]);
  await Promise.all([cloud.sql(first.ref, SCHEMA), cloud.sql(second.ref, SCHEMA)]);
});
afterAll(() => cloud.destroy());

const token = (payload: object, secret: string, alg = 'HS256') => {
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
  const signed = `${encode({ alg, typ: 'JWT' })}.${encode(payload)}`;
  return `${signed}.${alg === 'none' ? '' : createHmac('sha256', secret).update(signed).digest('base64url')}`;
};

describe('a person', () => {
  it('signs up, in and out, and is refreshed', async () => {
    const client = cloud.client(first.ref, first.keys.anon);
    const email = 'ada@example.com';
    const up = await client.auth.signUp({ email, password: 'correct horse battery' });
    expect(up.error).toBeNull();
    expect(up.data.user?.email).toBe(email);
    const wrong = await client.auth.signInWithPassword({ email, password: 'wrong' });
    expect(wrong.error?.code).toBe('invalid_credentials');
    const signedIn = await client.auth.signInWithPassword({ email, password: 'correct horse battery' });
    expect(signedIn.error).toBeNull();
    const refreshed = await client.auth.refreshSession();
    expect(refreshed.error).toBeNull();
    expect(refreshed.data.session?.refresh_token).not.toBe(signedIn.data.session?.refresh_token);
    expect((await client.auth.getUser()).data.user?.email).toBe(email);
    expect((await client.auth.signOut()).error).toBeNull();
  });

  it('sees their own rows and nobody else’s', async () => {
    const people = await Promise.all(
      ['eve', 'bob'].map(async (name) => {
        const client = cloud.client(first.ref, first.keys.publishable);
        const { error } = await client.auth.signUp({
          email: `${name}@example.com`,
          password: 'correct horse battery',
        });
        expect(error).toBeNull();
        expect(
          (await client.from('books').insert({ title: `${name}’s book`, author_id: 1 })).error,
        ).toBeNull();
        return client;
      }),
    );
    const titles = await Promise.all(
      people.map(async (client) => (await client.from('books').select('title')).data),
    );
    expect(titles).toEqual([[{ title: 'eve’s book' }], [{ title: 'bob’s book' }]]);
    const anonymous = await cloud.client(first.ref, first.keys.anon).from('books').select();
    expect(anonymous.data).toEqual([]);
    const stolen = await people[0]
      ?.from('books')
      .update({ title: 'mine' })
      .eq('title', 'bob’s book')
      .select();
    expect(stolen?.data).toEqual([]);
  });
});

describe.each(['anon', 'publishable'] as const)('with the %s key', (kind) => {
  it('reads, embeds, filters, counts and calls functions', async () => {
    const client = cloud.client(second.ref, second.keys[kind]);
    const service = cloud.client(second.ref, second.keys.serviceRole);
    await service.from('books').delete().neq('id', 0);
    await service.from('books').insert([
      { title: 'The Dispossessed', author_id: 1 },
      { title: 'Solaris', author_id: 2 },
    ]);
    const embedded = await service.from('authors').select('name, books(title)').order('name');
    expect(embedded.data).toEqual([
      { name: 'Le Guin', books: [{ title: 'The Dispossessed' }] },
      { name: 'Lem', books: [{ title: 'Solaris' }] },
    ]);
    const { count } = await client.from('authors').select('*', { count: 'exact', head: true });
    expect(count).toBe(2);
    expect((await client.from('authors').select().like('name', 'Le %')).data).toHaveLength(1);
    expect((await client.rpc('add', { a: 2, b: 3 })).data).toBe(5);
  });
});

describe('privileges', () => {
  it('are not gained by resetting the role inside a function', async () => {
    const client = cloud.client(first.ref, first.keys.anon);
    const escaped = await client.rpc('escape');
    expect(['postgres', 'supabase_admin', 'service_role', 'authenticator']).not.toContain(escaped.data);
    const rights = await cloud.sql(
      first.ref,
      `select rolsuper, rolbypassrls, has_table_privilege(rolname, 'public.books', 'select') as reads,
         has_schema_privilege(rolname, 'auth', 'usage') as auth from pg_roles where rolname = '${String(escaped.data)}'`,
    );
    expect(rights).toEqual([{ rolsuper: false, rolbypassrls: false, reads: false, auth: false }]);
  });

  it('are not gained by taking another role inside a function', async () => {
    const { error } = await cloud.client(first.ref, first.keys.anon).rpc('climb');
    expect(error?.code).toBe('42501');
  });

  it('of the service role bypass row-level security', async () => {
    const { data } = await cloud.client(first.ref, first.keys.secret).from('books').select('title');
    expect(data?.length).toBeGreaterThanOrEqual(2);
  });
});

describe('a key that does not fit', () => {
  const read = (ref: string, headers: Record<string, string>) =>
    fetch(`${cloud.url}/p/${ref}/rest/v1/authors`, { headers });

  it.each(['anon', 'serviceRole', 'publishable', 'secret'] as const)(
    '%s of another project is refused',
    async (kind) => {
      const key = second.keys[kind];
      expect((await read(first.ref, { apikey: key })).status).toBe(401);
      expect((await read(first.ref, { authorization: `Bearer ${key}` })).status).toBe(401);
      expect(
        (await read(first.ref, { apikey: first.keys.anon, authorization: `Bearer ${key}` })).status,
      ).toBe(401);
    },
  );

  it('a person of another project is refused', async () => {
    const { data } = await cloud
      .client(second.ref, second.keys.anon)
      .auth.signUp({ email: 'mallory@example.com', password: 'correct horse battery' });
    const jwt = data.session?.access_token ?? '';
    expect(jwt).not.toBe('');
    expect(
      (await read(second.ref, { apikey: second.keys.anon, authorization: `Bearer ${jwt}` })).status,
    ).toBe(200);
    expect((await read(first.ref, { apikey: first.keys.anon, authorization: `Bearer ${jwt}` })).status).toBe(
      401,
    );
  });

  it.each([
    ['signed with a guess', 'HS256', 'x'.repeat(40)],
    ['not signed at all', 'none', ''],
  ])('a service_role token %s is refused', async (_, alg, secret) => {
    const forged = token(
      { role: 'service_role', iss: 'supabase', ref: first.ref, exp: 4_000_000_000 },
      secret,
      alg,
    );
    expect((await read(first.ref, { apikey: forged })).status).toBe(401);
    expect(
      (await read(first.ref, { apikey: first.keys.anon, authorization: `Bearer ${forged}` })).status,
    ).toBe(401);
  });

  it('a token whose role was changed is refused', async () => {
    const [header, payload, signature] = first.keys.anon.split('.');
    const claims = JSON.parse(Buffer.from(payload ?? '', 'base64url').toString());
    const changed = Buffer.from(JSON.stringify({ ...claims, role: 'service_role' })).toString('base64url');
    expect((await read(first.ref, { apikey: `${header}.${changed}.${signature}` })).status).toBe(401);
  });

  it('no key at all is refused', async () => {
    const refused = await read(first.ref, {});
    expect(refused.status).toBe(401);
    expect(await refused.json()).toMatchObject({ message: 'No API key found in request' });
  });
});

describe('the address', () => {
  it('of a project is its subdomain too', async () => {
    const answer = await new Promise<{ status: number | undefined; body: string }>((resolve, reject) => {
      const asked = request(
        {
          host: '127.0.0.1',
          port: cloud.port,
          path: '/rest/v1/authors?select=name&order=name',
          headers: { host: `${first.ref}.localhost:${cloud.port}`, apikey: first.keys.anon },
        },
        (response) => {
          let body = '';
          response.on('data', (chunk: Buffer) => (body += chunk.toString()));
          response.on('end', () => resolve({ status: response.statusCode, body }));
        },
      );
      asked.on('error', reject);
      asked.end();
    });
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.body)).toEqual([{ name: 'Le Guin' }, { name: 'Lem' }]);
  });

  it('of no project is a 404', async () => {
    const answer = await fetch(`${cloud.url}/p/${'z'.repeat(20)}/rest/v1/authors`, {
      headers: { apikey: first.keys.anon },
    });
    expect(answer.status).toBe(404);
    expect(await answer.json()).toMatchObject({ code: 'not_found', request_id: expect.any(String) });
  });
});

describe('SQL through the API', () => {
  it('runs as postgres, who is no superuser', async () => {
    expect(
      await cloud.sql(first.ref, 'select current_user, usesuper from pg_user where usename = current_user'),
    ).toEqual([{ current_user: 'postgres', usesuper: false }]);
  });

  it('takes parameters', async () => {
    const body = { query: 'select $1::int + 1 as sum, $2::text as word', parameters: [41, "it's"] };
    const answer = await cloud.call('POST', `/v1/projects/${first.ref}/database/query`, body);
    expect(answer.body).toEqual([{ sum: 42, word: "it's" }]);
  });

  it.each([
    'create table no (id int)',
    "insert into authors (name) values ('no')",
    'commit; create table no (id int)',
    'set transaction read write; create table no (id int)',
    'set default_transaction_read_only = off; create table no (id int)',
    'reset role; create table no (id int)',
    'set role postgres; create table no (id int)',
  ])('that is read-only can’t write by %j', async (query) => {
    const answer = await cloud.call('POST', `/v1/projects/${first.ref}/database/query/read-only`, { query });
    expect(answer).toMatchObject({ status: 400, body: { code: 'query_failed' } });
    expect(await cloud.sql(first.ref, "select to_regclass('public.no') as made")).toEqual([{ made: null }]);
  });

  it('answers an error of Postgres as one, with its SQLSTATE', async () => {
    const answer = await cloud.call('POST', `/v1/projects/${first.ref}/database/query`, { query: 'selec 1' });
    expect(answer).toMatchObject({
      status: 400,
      body: { code: 'query_failed', message: expect.stringContaining('42601') },
    });
  });
});
