import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { eventually, REF, sessionsOf, startWorld } from './fixture.ts';
import { message, query, Raw, startup } from './raw.ts';

const world = startWorld();
const tls = { ca: world.ca, servername: 'localhost' };

test.each([
  ['in the clear', false],
  ['over TLS', tls],
] as const)('a session is one with the project’s own Postgres, %s', async (_how, ssl) => {
  const { connect, logins } = await world.open();
  const client = await connect({ host: 'localhost', ssl });
  const { rows } = await client.query('select current_user, current_database(), $1::int + 1 as sum', [41]);
  expect(rows).toEqual([{ current_user: 'postgres', current_database: 'postgres', sum: 42 }]);
  expect(logins).toEqual([[{ address: '127.0.0.1', secure: ssl !== false }, true]]);
  await client.query("set application_name = 'kept'; create temporary table mine as select 7 as n");
  expect((await client.query('show application_name')).rows).toEqual([{ application_name: 'kept' }]);
  expect((await client.query('select n from mine')).rows).toEqual([{ n: 7 }]);
  await expect(client.query('select 1/0')).rejects.toMatchObject({ code: '22012' });
  expect((await client.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
});

test('the database defaults to the bare role, and odd names of roles stay as they are', async () => {
  const { connect } = await world.open();
  const without = await connect({ database: undefined });
  expect((await without.query('select current_database() as name')).rows).toEqual([{ name: 'postgres' }]);
  const odd = await connect({ user: `odd.role " é.${REF}` });
  expect((await odd.query('select current_user as name')).rows).toEqual([{ name: 'odd.role " é' }]);
});

test('a wrong password and a role that is not there are refused by Postgres itself', async () => {
  const { client, logins } = await world.open();
  for (const config of [{ password: 'wrong' }, { user: `nobody.${REF}` }, { ssl: tls, password: '' }]) {
    await expect(client({ host: 'localhost', ...config }).connect()).rejects.toThrow(/password/);
  }
  expect(logins.map(([, admitted]) => admitted)).toEqual([false, false]);
});

test('no mechanism is offered that binds to the TLS channel, which ends here', async () => {
  const { port } = await world.open();
  const raw = await Raw.open(port);
  raw.send(startup({ user: `postgres.${REF}` }));
  const [asked] = await raw.messages('R');
  expect(asked?.body.toString('latin1')).toBe('\0\0\0\nSCRAM-SHA-256\0\0');
  raw.socket.destroy();
});

test('many sessions at once each get their own answers', async () => {
  const { connect } = await world.open();
  const clients = await Promise.all(Array.from({ length: 15 }, () => connect()));
  const answers = await Promise.all(
    clients.map(async (client, at) => {
      const sums: unknown[] = [];
      for (let round = 0; round < 20; round += 1) {
        const { rows } = await client.query('select $1::int * 1000 + $2::int as sum', [at, round]);
        sums.push(rows[0].sum);
      }
      await client.end();
      return sums;
    }),
  );
  expect(answers).toEqual(
    clients.map((_, at) => Array.from({ length: 20 }, (_, round) => at * 1000 + round)),
  );
});

test('10 MB go there as one parameter and come back', async () => {
  const { connect } = await world.open();
  const client = await connect({ host: 'localhost', ssl: tls });
  const bytes = randomBytes(10 * 1024 * 1024);
  const { rows } = await client.query('select $1::bytea as bytes, md5($1::bytea) as digest', [bytes]);
  expect(rows[0].bytes.equals(bytes)).toBe(true);
});

test('a client that does not read holds the server back', async () => {
  const { port } = await world.open();
  await world.watcher.query(
    `create table if not exists big as select repeat('x', 1000) as x from generate_series(1, 100000);
     grant select on big to public`,
  );
  const raw = await logIn(port);
  raw.socket.pause();
  const before = process.memoryUsage().rss;
  raw.send(query('select * from big'));
  const waits = async () => {
    const { rows } = await world.watcher.query(
      `select 1 from pg_stat_activity where query = 'select * from big' and wait_event = 'ClientWrite'`,
    );
    return rows.length === 1;
  };
  await eventually(waits);
  expect(process.memoryUsage().rss - before).toBeLessThan(60 * 1024 * 1024);
  raw.socket.resume();
  const rows = (await raw.messages('Z')).filter(({ type }) => type === 'D');
  expect(rows).toHaveLength(100_000);
  raw.socket.destroy();
});

test('prepared statements and notifications', async () => {
  const { connect } = await world.open();
  const client = await connect();
  const prepared = { name: 'twice', text: 'select $1::int * 2 as twice' };
  for (const value of [1, 2, 3]) {
    expect((await client.query({ ...prepared, values: [value] })).rows).toEqual([{ twice: value * 2 }]);
  }
  const heard = new Promise<unknown>((resolve) =>
    client.once('notification', ({ payload }) => resolve(payload)),
  );
  await client.query('listen news');
  await (await connect()).query("notify news, 'hello'");
  expect(await heard).toBe('hello');
});

test('a replication connection is one', async () => {
  const { port } = await world.open();
  const raw = await logIn(port, { replication: 'database' });
  raw.send(query('IDENTIFY_SYSTEM'));
  expect((await raw.messages('Z')).filter(({ type }) => type === 'D')).toHaveLength(1);
  raw.socket.destroy();
});

test('COPY goes both ways', async () => {
  const { port } = await world.open();
  const raw = await logIn(port);
  raw.send(query('create temporary table copied (n int, t text); copy copied from stdin'));
  await raw.messages('G');
  for (let n = 0; n < 1000; n += 1) raw.send(message('d', `${n}\t${'t'.repeat(500)}\n`));
  raw.send(message('c', ''));
  await raw.messages('Z');
  raw.send(query('copy (select n from copied order by n) to stdout'));
  const copied = (await raw.messages('Z')).filter(({ type }) => type === 'd');
  expect(copied.map(({ body }) => Number(body.toString()))).toEqual(
    Array.from({ length: 1000 }, (_, n) => n),
  );
  raw.socket.destroy();
});

test('clients that vanish leave nothing, whatever they were at', async () => {
  const limits = { ofProject: 4, ofAll: 4, openingMs: 20_000, loginMs: 20_000 };
  const { port } = await world.open({ limits });
  await world.watcher.query("alter system set client_connection_check_interval = '100ms'");
  await world.watcher.query('select pg_reload_conf()');
  const have = (sessions: number) => async () => (await sessionsOf('trusted', world)) === sessions;
  await eventually(have(0));
  for (let round = 0; round < 3; round += 1) {
    const [idle, inQuery, inTransaction] = [await logIn(port), await logIn(port), await logIn(port)];
    const inLogin = await Raw.open(port);
    inLogin.send(startup({ user: `postgres.${REF}` }));
    expect((await inLogin.message())?.type).toBe('R');
    inQuery.send(query('select pg_sleep(60)'));
    inTransaction.send(query('begin; lock table pg_description'));
    await eventually(have(3));
    for (const raw of [inLogin, idle, inQuery, inTransaction]) raw.socket.resetAndDestroy();
    await eventually(have(0));
  }
});

async function logIn(port: number, more: Readonly<Record<string, string>> = {}): Promise<Raw> {
  const raw = await Raw.open(port);
  raw.send(startup({ user: `trusted.${REF}`, database: 'postgres', ...more }));
  await raw.messages('Z');
  return raw;
}
