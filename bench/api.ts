import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { type Row, median } from './row.ts';

const REQUESTS = 3_000;
/** V8 has compiled all of the code only after some 12,000 requests; a server runs for days. */
const ROUNDS_TO_WARM_UP = 4;
const ROUNDS = 15;
const AT_ONCE = 8;

const readyMessage = z.object({ port: z.number(), path: z.string(), token: z.string() });
const cpuMessage = z.object({ microseconds: z.number() });

interface Target {
  readonly child: ChildProcess;
  readonly port: number;
  readonly path: string;
  readonly token: string;
}

async function start(role: string, ...rest: string[]): Promise<Target> {
  const child = fork(new URL('api-process.ts', import.meta.url), [role, ...rest]);
  const [message] = await once(child, 'message');
  return { child, ...readyMessage.parse(message) };
}

async function cpuOf({ child }: Target): Promise<number> {
  child.send('cpu');
  const [message] = await once(child, 'message');
  return cpuMessage.parse(message).microseconds;
}

interface Answer {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** What the server writes by itself. */
const OF_HTTP = new Set(['date', 'connection', 'keep-alive', 'content-length']);

function ask({ port, path, token }: Target, agent: Agent): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  request({ agent, port, path, headers: { authorization: `Bearer ${token}` } }, resolve)
    .on('error', reject)
    .end();
  return promise;
}

async function answerOf(target: Target, agent: Agent): Promise<Answer> {
  const incoming = await ask(target, agent);
  const body = await text(incoming);
  const own = Object.entries(z.record(z.string(), z.string()).parse(incoming.headers));
  return { body, headers: Object.fromEntries(own.filter(([name]) => !OF_HTTP.has(name))) };
}

/** In microseconds. The client does no more than it must, so that the server is what has no time to spare. */
async function costOf(target: Target, agent: Agent): Promise<number> {
  const before = await cpuOf(target);
  let left = REQUESTS;
  const client = async (): Promise<void> => {
    while (left-- > 0) {
      const incoming = await ask(target, agent);
      if (incoming.statusCode !== 200) throw new Error(`answered ${incoming.statusCode}`);
      await once(incoming.resume(), 'end');
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, client));
  return ((await cpuOf(target)) - before) / REQUESTS;
}

/**
 * An authenticated `GET /v1/projects/{ref}` beside a bare Hono handler that answers the same bytes, round by round; and
 * beside one that leaves the headers out that say what is left of the rate limit and how to find the request in a log.
 */
export async function measureApi(): Promise<readonly Row[]> {
  const agent = new Agent({ keepAlive: true });
  const started: Target[] = [];
  const begin = async (...what: [string, ...string[]]) => {
    const target = await start(...what);
    started.push(target);
    return target;
  };
  try {
    const api = await begin('api');
    const { body: sample, headers } = await answerOf(api, agent);
    const bare = async (sent: Answer['headers']) => ({
      ...(await begin('bare', sample, JSON.stringify(sent))),
      path: api.path,
      token: api.token,
    });
    const same = await bare(headers);
    const body = await bare({ 'content-type': 'application/json' });
    const rounds: { readonly api: number; readonly same: number; readonly body: number }[] = [];
    for (let round = 0; round < ROUNDS_TO_WARM_UP + ROUNDS; round += 1) {
      rounds.push({
        api: await costOf(api, agent),
        same: await costOf(same, agent),
        body: await costOf(body, agent),
      });
    }
    const measured = rounds.slice(ROUNDS_TO_WARM_UP);
    const row = { name: 'GET /v1/projects/{ref}, CPU a request', unit: 'µs' };
    const value = median(measured.map((round) => round.api));
    return [
      {
        ...row,
        value,
        floor: median(measured.map((round) => round.same)),
        beside: 'a bare Hono handler, the same bytes',
      },
      {
        ...row,
        value,
        floor: median(measured.map((round) => round.body)),
        beside: 'a bare Hono handler, the same body without our headers',
      },
    ];
  } finally {
    agent.destroy();
    for (const { child } of started) child.kill();
  }
}
