import { once } from 'node:events';
import { connect as connectTls } from 'node:tls';
import { expect, test } from 'vitest';
import { eventually, REF, startWorld, type World } from './fixture.ts';
import { CANCEL_REQUEST, packet, query, Raw, refusalIn, SSL_REQUEST, startup } from './raw.ts';

const world = startWorld();

interface Session {
  readonly raw: Raw;
  /** Process id and secret, as the client was given them. */
  readonly key: Buffer;
}

async function open(port: number): Promise<Session> {
  const raw = await Raw.open(port);
  raw.send(startup({ user: `trusted.${REF}`, database: 'postgres' }));
  const messages = await raw.messages('Z');
  const key = messages.find(({ type }) => type === 'K')?.body;
  if (key === undefined) throw new Error('no key came');
  return { raw, key };
}

async function cancel(port: number, key: Buffer, secure = false): Promise<void> {
  const raw = await Raw.open(port);
  if (secure) raw.send(packet(SSL_REQUEST));
  if (secure) await raw.read(1);
  const socket = secure
    ? connectTls({ socket: raw.socket, ca: world.ca, servername: 'localhost' })
    : raw.socket;
  if (secure) await once(socket, 'secureConnect');
  const asking = secure ? new Raw(socket) : raw;
  asking.send(packet(CANCEL_REQUEST, key));
  expect(await asking.messages('Z')).toEqual([]);
}

async function sleeps({ watcher }: World): Promise<boolean> {
  const { rows } = await watcher.query("select 1 from pg_stat_activity where wait_event = 'PgSleep'");
  return rows.length > 0;
}

test.each([false, true])('a query is cancelled by the key of its session (TLS: %s)', async (secure) => {
  const { port } = await world.open();
  const { raw, key } = await open(port);
  raw.send(query('select pg_sleep(60)'));
  await eventually(() => sleeps(world));
  await cancel(port, key, secure);
  expect(refusalIn(await raw.messages('Z'))).toMatchObject({ code: '57014' });
  raw.send(query('select 1'));
  expect((await raw.messages('Z')).map(({ type }) => type)).toContain('D');
  raw.socket.destroy();
});

test('nothing else cancels it: not the server’s own process id, not another session’s key, not an old one', async () => {
  const { port } = await world.open();
  const { raw, key } = await open(port);
  const other = await open(port);
  const ended = await open(port);
  ended.raw.socket.destroy();
  raw.send(query('select pg_backend_pid()'));
  const row = (await raw.messages('Z')).find(({ type }) => type === 'D');
  const processId = Buffer.alloc(4);
  processId.writeInt32BE(Number(row?.body.toString('latin1', 6)));
  expect(key.subarray(0, 4)).not.toEqual(processId);
  raw.send(query('select pg_sleep(60)'));
  await eventually(() => sleeps(world));
  const tries = [
    Buffer.concat([processId, key.subarray(4)]),
    Buffer.concat([key.subarray(0, 4), Buffer.alloc(4)]),
    other.key,
    ended.key,
  ];
  for (const attempt of tries) await cancel(port, attempt);
  expect(await sleeps(world)).toBe(true);
  await cancel(port, key);
  expect(refusalIn(await raw.messages('Z'))).toMatchObject({ code: '57014' });
  for (const { socket } of [raw, other.raw]) socket.destroy();
});

test('no two sessions get the same key', async () => {
  const { port } = await world.open();
  const sessions = await Promise.all(Array.from({ length: 15 }, () => open(port)));
  expect(new Set(sessions.map(({ key }) => key.toString('hex'))).size).toBe(15);
  expect(sessions.every(({ key }) => key.readInt32BE(0) >= 0)).toBe(true);
  for (const { raw } of sessions) raw.socket.destroy();
});
