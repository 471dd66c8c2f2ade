import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { masterUser } from '../test/database/callers.ts';
import { readImage } from '../test/light/image.ts';
import { startProject } from '../test/light/running-project.ts';
import { cpuOf, memoryOf } from './process-cpu.ts';
import { median, type Row } from './row.ts';

const CONNECTIONS = 5000;
const ROUNDS = 5;
/** In each round, one after the other. */
const MESSAGES = 8;
const OPENING_AT_ONCE = 100;
/** They find room in what the start has left behind; the others need some of their own. */
const FIRST_CLIENTS = 1000;
/** A delivery that takes longer is none. */
const PATIENCE_MS = 60_000;

const TOPIC = 'realtime:bench';
const PAYLOAD = JSON.stringify({ from: 'Ada', text: 'x'.repeat(100) });

const SETTINGS = {
  SERVICES: 'rest,realtime',
  REALTIME_MAX_CONCURRENT_USERS: '50000',
  REALTIME_MAX_JOINS_PER_SECOND: '5000',
  REALTIME_MAX_EVENTS_PER_SECOND: '50000',
};

/** CPU for each message that a client gets and memory for each client, beside a server that only hands on. */
export async function measureRealtime(): Promise<Row[]> {
  const { NODE_OPTIONS = '' } = readImage().env;
  await using project = await startProject(masterUser, SETTINGS, { NODE_OPTIONS });
  const floor = fork(new URL('realtime-floor-process.ts', import.meta.url), {
    env: { ...process.env, NODE_OPTIONS },
  });
  try {
    const [port]: unknown[] = await once(floor, 'message');
    const key = project.setting('ANON_KEY');
    const ours = new Crowd(project.light.pid, async () => {
      const url = `${project.url.replace('http', 'ws')}/realtime/v1/websocket?apikey=${key}&vsn=2.0.0`;
      const socket = await open(url);
      socket.send(JSON.stringify(['1', '1', TOPIC, 'phx_join', { config: {} }]));
      await once(socket, 'message');
      return socket;
    });
    const bare = new Crowd(pidOf(floor), () => open(`ws://127.0.0.1:${Number(port)}`));
    const memory = { ours: await ours.gather(), bare: await bare.gather() };
    const costs: { ours: number[]; bare: number[] } = { ours: [], bare: [] };
    for (let round = 0; round <= ROUNDS; round += 1) {
      costs.bare.push(await bare.cost());
      costs.ours.push(await ours.cost());
    }
    ours.leave();
    bare.leave();
    return [
      {
        // The first round warms up.
        name: `CPU of a delivery to one of ${CONNECTIONS} clients`,
        value: median(costs.ours.slice(1)),
        floor: median(costs.bare.slice(1)),
        unit: 'µs',
        beside: 'a bare fan-out with ws',
      },
      {
        name: 'memory of a client',
        value: memory.ours,
        floor: memory.bare,
        unit: 'KB',
        beside: 'a bare fan-out with ws',
      },
      { name: 'messages delivered', value: ours.delivered(), unit: '%', floor: 100, beside: 'all' },
      {
        name: 'delivery, 99th percentile',
        value: ours.percentile(0.99),
        floor: bare.percentile(0.99),
        unit: 'ms',
        beside: 'a bare fan-out with ws',
      },
    ];
  } finally {
    floor.disconnect();
  }
}

const pidOf = ({ pid }: ChildProcess) => pid ?? 0;

/** Clients of one server, in one room. */
class Crowd {
  readonly #pid: number;
  readonly #join: () => Promise<WebSocket>;
  readonly #sockets: WebSocket[] = [];
  readonly #latencies: number[] = [];
  #sent = 0;
  #missing = 0;
  #sentAt = 0;
  #done: () => void = () => undefined;

  constructor(pid: number, join: () => Promise<WebSocket>) {
    this.#pid = pid;
    this.#join = join;
  }

  /** In KB of the server for each. */
  async gather(): Promise<number> {
    await this.#addMany(FIRST_CLIENTS);
    const before = memoryOf(this.#pid);
    await this.#addMany(CONNECTIONS - FIRST_CLIENTS);
    return ((memoryOf(this.#pid) - before) * 1024) / (CONNECTIONS - FIRST_CLIENTS);
  }

  async #addMany(count: number): Promise<void> {
    let left = count;
    const worker = async () => {
      while (left-- > 0) await this.#add();
    };
    await Promise.all(Array.from({ length: OPENING_AT_ONCE }, worker));
  }

  /** In µs of the server for each delivery. */
  async cost(): Promise<number> {
    const before = cpuOf(this.#pid);
    for (let message = 0; message < MESSAGES; message += 1) await this.#broadcast();
    return (cpuOf(this.#pid) - before) / (MESSAGES * (CONNECTIONS - 1));
  }

  delivered(): number {
    return (100 * this.#latencies.length) / (this.#sent * (CONNECTIONS - 1));
  }

  percentile(share: number): number {
    const sorted = this.#latencies.toSorted((a, b) => a - b);
    return sorted[Math.floor(sorted.length * share)] ?? Number.NaN;
  }

  leave(): void {
    for (const socket of this.#sockets) socket.terminate();
  }

  async #add(): Promise<void> {
    const socket = await this.#join();
    socket.on('message', (data: Buffer) => {
      // Of what else a server says nothing is binary.
      if (data[0] !== FROM_CLIENT && data[0] !== FROM_SERVER) return;
      this.#latencies.push(performance.now() - this.#sentAt);
      this.#missing -= 1;
      if (this.#missing === 0) this.#done();
    });
    this.#sockets.push(socket);
  }

  async #broadcast(): Promise<void> {
    const [speaker] = this.#sockets;
    if (speaker === undefined) throw new Error('nobody is there');
    this.#missing = CONNECTIONS - 1;
    this.#sent += 1;
    let timer: NodeJS.Timeout | undefined;
    const done = new Promise<void>((resolve) => {
      this.#done = resolve;
      timer = setTimeout(resolve, PATIENCE_MS);
    });
    this.#sentAt = performance.now();
    speaker.send(userBroadcast());
    await done;
    clearTimeout(timer);
  }
}

const FROM_CLIENT = 3;
const FROM_SERVER = 4;

/** As supabase-js sends it in version 2.0.0. */
function userBroadcast(): Buffer {
  const parts = ['1', '2', TOPIC, 'said', ''];
  const head = [FROM_CLIENT, ...parts.map((part) => part.length), 1];
  return Buffer.concat([Buffer.from(head), Buffer.from(parts.join('')), Buffer.from(PAYLOAD)]);
}

async function open(url: string): Promise<WebSocket> {
  const socket = new WebSocket(url, { perMessageDeflate: false });
  await once(socket, 'open');
  return socket;
}
