import { once } from 'node:events';
import { connect as connectTls } from 'node:tls';
import { Client } from 'pg';
import { expect, test } from 'vitest';
import { projectRefSchema, type ProjectRef } from '../../functions/core/kernel/ids.ts';
import { accessWrite, readAccess } from '../../functions/core/project/database-access.ts';
import { bansOf } from '../../functions/core/project/login-failures.ts';
import { databaseName, roleSuffix } from '../../functions/drivers/aws/names.ts';
import { DOMAIN, freePort, type Opened, startCellWorld } from './cell-world.ts';
import { eventually, PASSWORD } from './fixture.ts';
import { runProgram } from './program.ts';
import { CANCEL_REQUEST, message, packet, query, Raw, refusalIn, SSL_REQUEST, startup } from './raw.ts';

const world = startCellWorld();
const UNKNOWN = projectRefSchema.parse('unknownunknownunknow');
const SASL = '\0\0\0\nSCRAM-SHA-256\0\0';
const CLEAR = '\0\0\0\x03';

const attempt = async (opened: Opened, ref: ProjectRef, config = {}) =>
  opened.connect(ref, config).then(
    async (client) => client.end(),
    (error: unknown) => error,
  );

test('a project’s names lead to its own things on a cluster that others share', async () => {
  const opened = await world.open();
  const [one, two] = [await world.project(), await world.project()];
  for (const ref of [one, two]) {
    for (const ssl of [undefined, false]) {
      const client = await opened.connect(ref, ssl === undefined ? {} : { ssl });
      const sql =
        'select current_user as role, current_database() as database, ssl from pg_stat_ssl where pid = pg_backend_pid()';
      expect((await client.query(sql)).rows).toEqual([
        { role: `postgres${roleSuffix(ref)}`, database: databaseName(ref), ssl: true },
      ]);
      await client.end();
    }
  }
  const whole = await opened.connect(one, { user: `cli_login_postgres${roleSuffix(one)}.${one}` });
  expect((await whole.query('select session_user as role')).rows).toEqual([
    { role: `cli_login_postgres${roleSuffix(one)}` },
  ]);
  const named = await opened.connect(one, {
    user: 'postgres',
    ssl: { ca: opened.authority, servername: `${one}.${DOMAIN}` },
  });
  expect((await named.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
  expect(world.unsigned).toBe(0);
});

test('nothing that is not the project’s can be named', async () => {
  const opened = await world.open();
  const [one, two] = [await world.project(), await world.project()];
  const alone = await world.project({ tier: 'dedicated' });
  for (const database of [databaseName(two), 'template1', 'rdsadmin']) {
    expect(await attempt(opened, one, { database })).toMatchObject({ code: '3D000' });
  }
  const strangers = [
    [one, `postgres${roleSuffix(two)}`],
    [one, 'rdsadmin'],
    [one, 'baseplane'],
    [one, `${'x'.repeat(63 - roleSuffix(two).length)}${roleSuffix(two)}`],
    [alone, 'baseplane'],
    [alone, 'rdsadmin'],
  ] as const;
  for (const [ref, role] of strangers) {
    expect(await attempt(opened, ref, { user: `${role}.${ref}` })).toMatchObject({
      code: '28P01',
      message: `password authentication failed for user "${role}"`,
    });
  }
  expect(await attempt(opened, alone)).toBe(undefined);
});

/** What a stranger sees who says so of binding, and gives this password. */
async function dialogue(opened: Opened, user: string, flag: 'n' | 'y', secure = true) {
  const raw = await Raw.open(opened.port);
  if (secure) {
    raw.send(packet(SSL_REQUEST));
    await raw.read(1);
  }
  const options = { socket: raw.socket, ca: opened.authority, servername: DOMAIN };
  const socket = secure ? connectTls(options) : raw.socket;
  if (secure) await once(socket, 'secureConnect');
  const talk = secure ? new Raw(socket) : raw;
  talk.send(startup({ user, database: 'postgres' }));
  const asked = (await talk.messages('R')).at(-1)?.body.toString('latin1');
  const first = `${flag},,n=,r=rOprNGfwEbeRWgbNEkqO`;
  const length = Buffer.alloc(4);
  length.writeInt32BE(first.length);
  talk.send(message('p', Buffer.concat([Buffer.from('SCRAM-SHA-256\0'), length, Buffer.from(first)])));
  const next = await talk.message();
  return { talk, asked, next, kind: next?.body.toString('latin1', 0, 4) };
}

test('no proof is asked for that is bound to a channel; who notes that gives the password itself, if it is encrypted', async () => {
  const opened = await world.open();
  const ref = await world.project();
  for (const [password, end] of [
    [PASSWORD, undefined],
    ['wrong', '28P01'],
    ['', '28P01'],
  ] as const) {
    const { talk, asked, kind } = await dialogue(opened, `postgres.${ref}`, 'y');
    expect([asked, kind]).toEqual([SASL, CLEAR]);
    talk.send(message('p', `${password}\0`));
    const said = await talk.messages('Z');
    expect(refusalIn(said)?.code).toBe(end);
    if (end === undefined) {
      expect(said[0]?.body).toEqual(Buffer.alloc(4));
      talk.send(query('select 1'));
      expect((await talk.messages('Z')).map(({ type }) => type)).toContain('D');
    }
    talk.socket.destroy();
  }
  const bare = await dialogue(opened, `postgres.${ref}`, 'y', false);
  expect(bare.kind).not.toBe(CLEAR);
  expect(bare.next?.type).toBe('E');
  const binding = await opened.connect(ref, { enableChannelBinding: true });
  expect((await binding.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
});

test('an unknown project answers as a known one does to a role that it does not have, at every gateway', async () => {
  const opened = [await world.open(), await world.open()] as const;
  const ref = await world.project();
  const elsewhere = await world.project({ status: 'GOING_DOWN' });
  for (const flag of ['n', 'y'] as const) {
    const ends: { asked: unknown; kind: unknown; end: ReturnType<typeof refusalIn> }[] = [];
    const salts: (readonly [string, string | undefined])[] = [];
    for (const [at, gateway] of opened.entries()) {
      for (const each of [ref, UNKNOWN, elsewhere]) {
        const { talk, asked, kind, next } = await dialogue(gateway, `nobody.${each}`, flag);
        const challenge = next?.body.toString('latin1') ?? '';
        if (at === 0 || each !== ref) salts.push([each, /s=(.*),i=4096/.exec(challenge)?.[1]]);
        const nonce = /r=([^,]+)/.exec(challenge)?.[1];
        const proof = `c=biws,r=${nonce},p=${Buffer.alloc(32).toString('base64')}`;
        talk.send(message('p', flag === 'y' ? 'guess\0' : proof));
        ends.push({ asked, kind, end: refusalIn(await talk.messages('Z')) });
      }
    }
    expect(ends).toEqual(Array.from({ length: 6 }, () => ends[0]));
    expect(ends[0]?.end).toMatchObject({ message: 'password authentication failed for user "nobody"' });
    // The same name has the same salt wherever it is tried.
    expect(new Map(salts.map(([each, salt]) => [each, salt])).size).toBe(3);
    expect(new Set(salts.map(([, salt]) => salt)).size).toBe(flag === 'n' ? 3 : 1);
  }
});

test('a project that is paused is woken once, however many come', async () => {
  const opened = await world.open();
  const ref = await world.project({ status: 'INACTIVE' });
  const before = world.started.length;
  const coming = Promise.all(Array.from({ length: 10 }, () => opened.connect(ref)));
  await eventually(() => world.started.length > before);
  await world.become(ref, 'ACTIVE_HEALTHY');
  for (const client of await coming)
    expect((await client.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
  expect(world.started.slice(before)).toEqual(['resume']);
  const failed = await world.project({ status: 'INIT_FAILED' });
  expect(await attempt(opened, failed)).toMatchObject({
    code: '57P03',
    message: 'the project is not running: it is INIT_FAILED',
  });
});

test('what the owner says of connections holds before a password is asked for, and before anything is woken', async () => {
  const opened = await world.open();
  const ref = await world.project({ status: 'INACTIVE' });
  const before = world.started.length;
  const set = async (change: object) => {
    const { value, version } = await readAccess(ref, world);
    await world.table.write([accessWrite(ref, version, { ...value, ...change })]);
  };
  await set({ sslEnforced: true });
  expect(await attempt(opened, ref, { ssl: false })).toMatchObject({ message: 'SSL connection is required' });
  await set({ allowedCidrs: ['203.0.113.0/24'] });
  expect(await attempt(opened, ref)).toMatchObject({
    code: '28000',
    message: 'the project takes no connections from 127.0.0.1',
  });
  expect(world.started.length).toBe(before);
  await set({ sslEnforced: false, allowedCidrs: ['127.0.0.0/8'] });
  await world.become(ref, 'ACTIVE_HEALTHY');
  for (let guess = 0; guess < 10; guess += 1) await attempt(opened, ref, { password: 'a guess' });
  await eventually(async () => (await bansOf(ref, world)).length === 1);
  expect(await attempt(opened, ref)).toMatchObject({
    message: 'too many wrong passwords came from 127.0.0.1',
  });
});

test('a query is cancelled by its key at whichever gateway of the cell the key is shown', async () => {
  const peerPort = await freePort();
  const near = await world.open({ peerPort });
  const far = await world.open({ peerPort, address: '127.0.0.2' });
  const ref = await world.project();
  const key = await world.superuser();
  const sleeps = async () =>
    (await key.query("select 1 from pg_stat_activity where wait_event = 'PgSleep'")).rows.length > 0;
  const session = await near.connect(ref);
  // What the client was given, which it has no other way to tell.
  const { processID, secretKey } = Object(session);
  expect(processID & 0xffff).toBe(1);
  const packed = Buffer.alloc(8);
  packed.writeInt32BE(processID);
  packed.writeInt32BE(secretKey, 4);
  const ended = session.query('select pg_sleep(60)').catch((error: unknown) => error);
  await eventually(sleeps);
  const cancel = async (sent: Buffer) => {
    const raw = await Raw.open(far.port, '127.0.0.2');
    raw.send(packet(CANCEL_REQUEST, sent));
    expect(await raw.messages('Z')).toEqual([]);
  };
  await cancel(Buffer.concat([packed.subarray(0, 4), Buffer.alloc(4)]));
  await cancel(Buffer.concat([Buffer.from([0x11, 0x11, 0, 9]), packed.subarray(4)]));
  expect(await sleeps()).toBe(true);
  await cancel(packed);
  expect(await ended).toMatchObject({ code: '57014' });
  await key.end();
});

test('a database that does not prove its name is told nothing', async () => {
  const opened = await world.open({ authorities: (await world.open()).authority });
  expect(await attempt(opened, await world.project())).toMatchObject({ code: '57P03' });
});

test('use is written as the edge writes it', async () => {
  const opened = await world.open();
  const [busy, quiet] = [await world.project(), await world.project()];
  const working = await opened.connect(busy);
  await working.query("select repeat('x', 5000)");
  const pooled = await opened.connect(quiet);
  await pooled.query('select 1');
  await working.end();
  await pooled.end();
  await opened.stop(1000);
  const lines = opened.lines.map((line) => JSON.parse(line));
  expect(lines).toEqual([
    expect.objectContaining({
      ref: busy,
      service: 'postgres',
      method: 'WORK',
      status: 200,
      outcome: 'project',
    }),
    expect.objectContaining({ ref: quiet, method: 'IDLE' }),
  ]);
  expect(lines[0].bytes_out).toBeGreaterThan(5000);
  expect(JSON.stringify(lines)).not.toContain('repeat');
});

test('the program of the container serves, says what clients have to trust, and counts what it served when it is stopped', async () => {
  const ref = await world.project();
  const [port, peerPort] = [await freePort(), await freePort()];
  const program = runProgram(world.environment({ port, peerPort }));
  const ready = await program.line((line) => line['message'] === 'the Postgres gateway is ready');
  const client = new Client({
    host: '127.0.0.1',
    port,
    user: `postgres.${ref}`,
    password: PASSWORD,
    database: 'postgres',
    ssl: { ca: String(ready['authority']), servername: DOMAIN },
  });
  await client.connect();
  expect((await client.query('select 2 as two')).rows).toEqual([{ two: 2 }]);
  await client.end();
  program.child.kill('SIGTERM');
  expect(await program.line((line) => line['service'] === 'postgres')).toMatchObject({ ref, method: 'WORK' });
  expect(await program.exit).toBe(0);

  const unset = runProgram({});
  expect(await unset.exit).toBe(2);
  expect((await unset.line(() => true))['cause']).toContain('BASEPLANE_GATEWAY_SEED');
});
