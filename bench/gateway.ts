import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, type ClientRequest, request, type RequestOptions } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';

/** CPU time of all servers that a request passes, in microseconds per request, and what it is a multiple of. */
export interface GatewayCost {
  readonly direct_us: number;
  readonly bare_proxy_us: number;
  readonly gateway_us: number;
  readonly gateway_to_direct: number;
  readonly gateway_to_bare_proxy: number;
}

const HEADERS = {
  host: 'abcdefghijklmnopqrst.localhost:8000',
  apikey: 'x'.repeat(200),
  authorization: `Bearer ${'x'.repeat(200)}`,
  accept: 'application/json',
  'user-agent': 'bench',
};
const REQUESTS = 2_000;
const ROUNDS = 7;
const AT_ONCE = 8;

const portMessage = z.object({ port: z.number() });
const cpuMessage = z.object({ microseconds: z.number() });

async function start(role: string, ...paths: string[]): Promise<{ child: ChildProcess; port: number }> {
  const child = fork(new URL('gateway-process.ts', import.meta.url), [role, ...paths]);
  const [message] = await once(child, 'message');
  return { child, port: portMessage.parse(message).port };
}

async function cpuOf(child: ChildProcess): Promise<number> {
  child.send('cpu');
  const [message] = await once(child, 'message');
  return cpuMessage.parse(message).microseconds;
}

async function finish(outgoing: ClientRequest): Promise<void> {
  outgoing.end();
  const [answer] = await once(outgoing, 'response');
  answer.resume();
  await once(answer, 'end');
}

async function requests(where: RequestOptions): Promise<void> {
  let left = REQUESTS;
  const client = async (): Promise<void> => {
    while (left-- > 0) await finish(request({ ...where, path: '/rest/v1/rows?select=*', headers: HEADERS }));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, client));
}

async function costOf(where: RequestOptions, servers: readonly ChildProcess[]): Promise<number> {
  const total = async (): Promise<number> =>
    (await Promise.all(servers.map(cpuOf))).reduce((sum, cpu) => sum + cpu, 0);
  const before = await total();
  await requests(where);
  return ((await total()) - before) / REQUESTS;
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
}

/** The same requests straight to a project, through the barest proxy, and through the gateway, round by round. */
export async function measureGateway(): Promise<GatewayCost> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  const socketPath = join(folder, 'project.sock');
  const agent = new Agent({ keepAlive: true });
  const children: ChildProcess[] = [];
  try {
    const project = await start('project', socketPath);
    children.push(project.child);
    const bare = await start('bare', '', socketPath);
    children.push(bare.child);
    const gateway = await start('gateway', '', socketPath);
    children.push(gateway.child);
    const cost = {
      direct: () => costOf({ agent, socketPath }, [project.child]),
      bare: () => costOf({ agent, port: bare.port }, [project.child, bare.child]),
      gateway: () => costOf({ agent, port: gateway.port }, [project.child, gateway.child]),
    };
    const rounds: { direct: number; bare: number; gateway: number }[] = [];
    for (let round = 0; round <= ROUNDS; round++) {
      rounds.push({ direct: await cost.direct(), bare: await cost.bare(), gateway: await cost.gateway() });
    }
    // The first round warms up.
    const measured = rounds.slice(1);
    return {
      direct_us: median(measured.map((round) => round.direct)),
      bare_proxy_us: median(measured.map((round) => round.bare)),
      gateway_us: median(measured.map((round) => round.gateway)),
      gateway_to_direct: median(measured.map((round) => round.gateway / round.direct)),
      gateway_to_bare_proxy: median(measured.map((round) => round.gateway / round.bare)),
    };
  } finally {
    agent.destroy();
    for (const child of children) child.kill();
    rmSync(folder, { recursive: true });
  }
}
