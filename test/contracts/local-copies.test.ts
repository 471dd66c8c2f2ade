import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ProjectRef } from '../../functions/core/kernel/ids.ts';
import type { Stack } from '../../functions/core/project/stack.ts';
import { copiesContract } from './copies.contract.ts';
import { localPorts, underTest, type LocalPorts } from './local-ports.ts';
import { readyDatabase, removeProject } from './project-ports.ts';
import { newSecret, newStack } from './stack-fixture.ts';

let drivers: LocalPorts;
let parent: Stack;
beforeAll(async () => {
  drivers = await localPorts();
  await drivers.start();
  parent = newStack();
  await readyDatabase(() => underTest(drivers), parent);
});
afterAll(() => drivers.remove());

copiesContract('the local target', () => underTest(drivers));

async function sql(ref: ProjectRef, statement: string): Promise<readonly unknown[]> {
  const answer = await drivers.databases.query(ref, { sql: statement, readOnly: false });
  if (!answer.ok) throw new Error(answer.error.message);
  return answer.value;
}

/** Up to where its services would be started. */
async function copied(from = parent): Promise<Stack> {
  const stack = newStack();
  const secret = await drivers.secrets.create(stack, newSecret(stack));
  while (!(await drivers.copies.database(stack, from)));
  await drivers.databases.create(stack);
  await drivers.databases.bootstrap(stack, secret);
  while (!(await drivers.copies.files(stack, from)));
  return stack;
}

async function connect(ref: ProjectRef, user: string, password: string): Promise<Client> {
  const host = dirname((await drivers.databases.socketOf(ref)) ?? '');
  const client = new Client({ host, user, password, database: 'postgres' });
  await client.connect();
  return client;
}

const clusters = () => readdirSync(join(drivers.root, 'clusters'));
const filesOf = ({ ref }: Stack) => join(drivers.root, 'objects', ref, 'storage');

it('has the rows and the files, and nobody who knew a password of the original', async () => {
  const { ref } = parent;
  const old = await drivers.secrets.read(ref);
  await sql(
    ref,
    `create table notes as select 'kept' as note;
    create role app login password 'known';
    create table secrets (id int); grant select on secrets to app;
    insert into auth.users (id, email) values ('00000000-0000-4000-8000-000000000001', 'ada@example.com');
    insert into auth.sessions (id, user_id)
      values ('00000000-0000-4000-8000-000000000002', '00000000-0000-4000-8000-000000000001');
    insert into auth.refresh_tokens (token, session_id)
      values ('known', '00000000-0000-4000-8000-000000000002');
    create schema cron; create schema supabase_functions;
    create function supabase_functions.http_request() returns trigger language plpgsql as 'begin return null; end';
    create trigger hook after insert on notes execute function supabase_functions.http_request();`,
  );
  await sql(ref, "select pg_create_logical_replication_slot('listener', 'pgoutput')");
  const until = new Date(Date.now() + 60_000);
  const login = await drivers.databases.grantLogin(parent, { readOnly: false, password: 'temporary', until });
  for (const name of ['objects/ab', 'uploads'])
    mkdirSync(join(filesOf(parent), name), { recursive: true, mode: 0o700 });
  writeFileSync(join(filesOf(parent), 'objects/ab/file'), 'picture');
  writeFileSync(join(filesOf(parent), 'uploads/half'), 'pic');

  const branch = await copied();
  expect(await sql(branch.ref, 'select note from notes')).toEqual([{ note: 'kept' }]);
  expect(await sql(branch.ref, 'select email from auth.users')).toEqual([{ email: 'ada@example.com' }]);
  expect(readFileSync(join(filesOf(branch), 'objects/ab/file'), 'utf8')).toBe('picture');
  expect(existsSync(join(filesOf(branch), 'uploads'))).toBe(false);
  for (const [user, password] of [
    ['postgres', old?.db_password],
    ['authenticator', old?.service_password],
    ['app', 'known'],
    [login, 'temporary'],
  ] as const) {
    await (await connect(ref, user, password ?? '')).end();
    await expect(connect(branch.ref, user, password ?? '')).rejects.toMatchObject({ code: '28P01' });
  }
  const left = `select
    (select count(*)::int from auth.sessions) as sessions,
    (select count(*)::int from auth.refresh_tokens) as tokens,
    (select count(*)::int from pg_replication_slots) as slots,
    (select tgenabled::text from pg_trigger where tgname = 'hook') as hook,
    (select count(*)::int from pg_roles where rolname like 'cli_login%') as logins`;
  expect(await sql(branch.ref, left)).toEqual([{ sessions: 0, tokens: 0, slots: 0, hook: 'D', logins: 0 }]);
  expect(await sql(ref, left)).toEqual([{ sessions: 1, tokens: 1, slots: 1, hook: 'O', logins: 1 }]);

  await sql(ref, "update notes set note = 'changed'; select pg_drop_replication_slot('listener')");
  await sql(branch.ref, 'drop table secrets');
  expect(await sql(branch.ref, 'select note from notes')).toEqual([{ note: 'kept' }]);
  expect(await sql(ref, 'select count(*)::int as there from secrets')).toEqual([{ there: 0 }]);
  await removeProject(() => underTest(drivers), branch);
  expect(await drivers.inventory.list(branch.ref)).toEqual([]);
}, 120_000);

it('is whole while the original is written to, and sees no half of a transaction', async () => {
  const { ref } = parent;
  await sql(ref, 'create table pairs (a int, b int, filling text)');
  const password = (await drivers.secrets.read(ref))?.db_password ?? '';
  const writer = await connect(ref, 'postgres', password);
  const enough = new AbortController();
  const written = (async () => {
    for (let id = 0; !enough.signal.aborted; id += 1)
      await writer.query(`insert into pairs values (${id}, 0, repeat('x', 9000)); update pairs set b = a`);
  })();
  const branch = await copied().finally(() => enough.abort());
  await written;
  await writer.end();
  expect(await sql(branch.ref, 'select count(*)::int as torn from pairs where a <> b')).toEqual([
    { torn: 0 },
  ]);
  expect(await sql(branch.ref, 'select count(*) > 0 as some from pairs')).toEqual([{ some: true }]);
  await removeProject(() => underTest(drivers), branch);
}, 120_000);

it('is made of one at rest, which stays at rest', async () => {
  await sql(parent.ref, "create table rest as select 'still' as here");
  await drivers.databases.stop(parent);
  const branch = await copied();
  expect(await sql(branch.ref, 'select here from rest')).toEqual([{ here: 'still' }]);
  expect(await drivers.databases.state(parent)).toBe('stopped');
  await drivers.databases.start(parent);
  await removeProject(() => underTest(drivers), branch);
}, 120_000);

it('begins anew where one was cut short, and leaves nothing of that', async () => {
  const before = clusters();
  const stack = newStack();
  await expect(drivers.copies.database(stack, newStack())).rejects.toMatchObject({ name: 'TransientError' });
  expect(clusters()).toEqual(before);
  expect(await drivers.databases.state(stack)).toBe('absent');
  while (!(await drivers.copies.database(stack, parent)));
  expect(await drivers.databases.state(stack)).toBe('stopped');
  await drivers.databases.delete(stack);
  expect(clusters()).toEqual(before);
}, 120_000);
