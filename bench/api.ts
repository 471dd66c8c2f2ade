import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { z } from 'zod';
import { type Row, median } from './row.ts';

const REQUESTS = 3_000;
const ROUNDS = 9;
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
  readonly text: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** What the server writes by itself. */
const OF_HTTP = new Set(['date', 'connection', 'keep-alive', 'content-length']);

/** Asks once. */
async function ask({ port, path, token }: Target, agent: Agent): Promise<Answer> {
  const outgoing = request({ agent, port, path, headers: { authorization: `Bearer ${token}` } });
  outgoing.end();
  const [answer] = await once(outgoing, 'response');
  const text: unknown = await answer
    .setEncoding('utf8')
    .reduce((all: string, part: string) => all + part, '');
  if (answer.statusCode !== 200 || typeof text !== 'string') throw new Error(`answered ${answer.statusCode}`);
  const own = Object.entries(z.record(z.string(), z.string()).parse(answer.headers));
  return { text, headers: Object.fromEntries(own.filter(([name]) => !OF_HTTP.has(name))) };
}

async function costOf(target: Target, agent: Agent): Promise<number> {
  const before = await cpuOf(target);
  let left = REQUESTS;
  const client = async (): Promise<void> => {
    while (left-- > 0) await ask(target, agent);
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
    const { text, headers } = await ask(api, agent);
    const bare = async (sent: Answer['headers']) => ({
      ...(await begin('bare', text, JSON.stringify(sent))),
      path: api.path,
      token: api.token,
    });
    const same = await bare(headers);
    const body = await bare({ 'content-type': 'application/json' });
    const rounds: { readonly api: number; readonly same: number; readonly body: number }[] = [];
    for (let round = 0; round <= ROUNDS; round += 1) {
      rounds.push({
        api: await costOf(api, agent),
        same: await costOf(same, agent),
        body: await costOf(body, agent),
      });
    }
    // The first round warms up.
    const measured = rounds.slice(1);
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
