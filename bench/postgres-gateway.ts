import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { z } from 'zod';
import { startCluster } from '../test/database/cluster.ts';
import { query, startup } from '../test/postgres-gateway/raw.ts';
import { type Row, median } from './row.ts';

const ROUNDS = 7;
const SESSIONS = 8;
const ROUND_TRIPS = 5_000;
const MEGABYTES = 200;
const DOWNLOAD = `select repeat('x', 1024 * 1024) from generate_series(1, ${MEGABYTES})`;
/** ReadyForQuery, outside a transaction. */
const READY = Buffer.from([0x5a, 0, 0, 0, 5, 0x49]);

const portMessage = z.object({ port: z.number() });
const cpuMessage = z.object({ microseconds: z.number() });

interface Proxy {
  readonly child: ChildProcess;
  readonly port: number;
  readonly user: string;
}

async function start(role: 'bare' | 'gateway', socketPath: string): Promise<Proxy> {
  const child = fork(new URL('postgres-gateway-process.ts', import.meta.url), [role, socketPath]);
  const [message] = await once(child, 'message');
  const user = role === 'bare' ? 'bench' : `bench.${'abcdefghij'.repeat(2)}`;
  return { child, port: portMessage.parse(message).port, user };
}

async function cpuOf({ child }: Proxy): Promise<number> {
  child.send('cpu');
  const [message] = await once(child, 'message');
  return cpuMessage.parse(message).microseconds;
}

/** Sends and waits until the server is ready for the next query. */
function exchange(socket: Socket, bytes: Buffer): Promise<void> {
  return new Promise((resolve) => {
    const look = (chunk: Buffer): void => {
      if (!chunk.subarray(-READY.length).equals(READY)) return;
      socket.off('data', look);
      resolve();
    };
    socket.on('data', look);
    socket.write(bytes);
  });
}

async function open({ port, user }: Proxy): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await exchange(socket, startup({ user, database: 'postgres' }));
  return socket;
}

/** CPU time of the proxy, in microseconds, that `work` over so many sessions costs. */
async function costOf(
  proxy: Proxy,
  sessions: number,
  work: (socket: Socket) => Promise<void>,
): Promise<number> {
  const sockets = await Promise.all(Array.from({ length: sessions }, () => open(proxy)));
  const before = await cpuOf(proxy);
  await Promise.all(sockets.map(work));
  const after = await cpuOf(proxy);
  for (const socket of sockets) socket.destroy();
  return after - before;
}

async function roundTrips(socket: Socket): Promise<void> {
  const asked = query('select now()');
  for (let at = 0; at < ROUND_TRIPS / SESSIONS; at += 1) await exchange(socket, asked);
}

/** Where its proxy spends CPU on a session that is open: per round trip and per megabyte, beside the barest proxy. */
export async function measurePostgresGateway(): Promise<readonly Row[]> {
  await using cluster = await startCluster('bench');
  const socketPath = join(cluster.host, '.s.PGSQL.5432');
  const bare = await start('bare', socketPath);
  const gateway = await start('gateway', socketPath);
  const perRoundTrip = async (proxy: Proxy) => (await costOf(proxy, SESSIONS, roundTrips)) / ROUND_TRIPS;
  const perMegabyte = async (proxy: Proxy) =>
    (await costOf(proxy, 1, (socket) => exchange(socket, query(DOWNLOAD)))) / MEGABYTES;
  const perLogin = async (proxy: Proxy) => {
    const before = await cpuOf(proxy);
    for (let at = 0; at < 200; at += 1) (await open(proxy)).destroy();
    return ((await cpuOf(proxy)) - before) / 200;
  };
  const rows: Row[] = [];
  try {
    for (const [name, measure] of [
      ['Postgres gateway, CPU a round trip', perRoundTrip],
      ['Postgres gateway, CPU a megabyte', perMegabyte],
      ['Postgres gateway, CPU a connection', perLogin],
    ] as const) {
      const floors: number[] = [];
      const values: number[] = [];
      // The first round warms up.
      for (let round = 0; round <= ROUNDS; round += 1) {
        floors.push(await measure(bare));
        values.push(await measure(gateway));
      }
      const [value, floor] = [median(values.slice(1)), median(floors.slice(1))];
      rows.push({ name, value, unit: 'µs', floor, beside: 'the barest Node proxy of TCP' });
    }
  } finally {
    for (const { child } of [bare, gateway]) child.kill();
  }
  return rows;
}
