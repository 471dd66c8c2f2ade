import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { supabaseAdmin } from '../test/database/callers.ts';
import { readImage } from '../test/light/image.ts';
import { type RunningProject, startProject } from '../test/light/running-project.ts';
import { cpuOf, cpuOfChildren, memoryOf } from './process-cpu.ts';
import { median, type Row } from './row.ts';

const ROUNDS = 5;
const AT_ONCE = 8;
/** The data plane gives memory back after ten seconds without a request. */
const UNTIL_QUIET_MS = 12_000;

const SCHEMA = `
  create table public.rows (
    id bigint generated always as identity primary key,
    name text not null,
    done boolean not null default false
  );
  alter table public.rows enable row level security;
  create policy "all read" on public.rows for select using (true);
  create policy "all write" on public.rows for insert with check (true);
  insert into public.rows (name) select 'row ' || n from generate_series(1, 1000) n;
`;

interface Kind {
  readonly name: string;
  readonly statement: string;
  readonly beside: string;
  readonly times: number;
  readonly method: string;
  readonly path: string;
  readonly body?: object;
}

const KINDS: readonly Kind[] = [
  {
    name: 'CPU of a REST read of 10 rows',
    statement: 'read',
    beside: 'the same SQL and role through pg',
    times: 1000,
    method: 'GET',
    path: '/rest/v1/rows?select=id,name,done&id=lt.11',
  },
  {
    name: 'CPU of a REST insert',
    statement: 'insert',
    beside: 'the same SQL and role through pg',
    times: 1000,
    method: 'POST',
    path: '/rest/v1/rows',
    body: { name: 'new' },
  },
  {
    name: 'CPU of a sign-in',
    statement: 'signIn',
    beside: 'bcrypt of one password in Postgres',
    times: 20,
    method: 'POST',
    path: '/auth/v1/token?grant_type=password',
    body: { email: 'bench@rest.test', password: 'correct horse' },
  },
];

/** CPU per request of the data plane and its Postgres together, and the memory it holds after many. */
export async function measureLightRest(): Promise<Row[]> {
  // With the limits of memory that it has everywhere else.
  const { NODE_OPTIONS = '' } = readImage().env;
  await using project = await startProject(supabaseAdmin, {}, { NODE_OPTIONS });
  await project.database.sql(SCHEMA);
  await project.signUp('bench@rest.test');
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
  const { host } = project.database.cluster;
  const floor = fork(new URL('light-rest-floor.ts', import.meta.url), [host]);
  try {
    await once(floor, 'message');
    const postmaster = Number(readFileSync(`${host}/data/postmaster.pid`, 'utf8').split('\n')[0]);
    // First, since it is about a process that has just begun.
    const memory = await memoryGrowth(project, agent);
    const rows: Row[] = [];
    for (const kind of KINDS) rows.push(await compare(kind, { project, agent, floor, postmaster }));
    return [...memory, ...rows];
  } finally {
    agent.destroy();
    floor.disconnect();
  }
}

interface Bench {
  readonly project: RunningProject;
  readonly agent: Agent;
  readonly floor: ChildProcess;
  readonly postmaster: number;
}

/** One after the other, round by round, so that both meet the same machine. */
async function compare(kind: Kind, bench: Bench): Promise<Row> {
  const { project, agent, floor, postmaster } = bench;
  const cost = async (pid: number | undefined, work: () => Promise<unknown>) => {
    const used = () => cpuOf(pid ?? 0) + cpuOfChildren(postmaster);
    const before = used();
    await work();
    return (used() - before) / kind.times;
  };
  const values: number[] = [];
  const floors: number[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    values.push(await cost(project.light.pid, () => send(kind, kind.times, project, agent)));
    floors.push(
      await cost(floor.pid, () => {
        floor.send([kind.statement, kind.times]);
        return once(floor, 'message');
      }),
    );
  }
  // The first round warms up.
  return {
    name: kind.name,
    value: median(values.slice(1)),
    floor: median(floors.slice(1)),
    beside: kind.beside,
    unit: 'µs',
  };
}

/** What the process holds when it has just answered, and once it has been quiet. */
async function memoryGrowth(project: RunningProject, agent: Agent): Promise<Row[]> {
  const [read] = KINDS;
  if (read === undefined) throw new Error('there is nothing to read');
  const memoryAfter = async (times: number) => {
    await send(read, times, project, agent);
    const busy = memoryOf(project.light.pid);
    await delay(UNTIL_QUIET_MS);
    return { busy, quiet: memoryOf(project.light.pid) };
  };
  const early = await memoryAfter(1000);
  const late = await memoryAfter(9000);
  return (['busy', 'quiet'] as const).map((state) => ({
    name: `memory after 10,000 reads, ${state}`,
    value: late[state],
    floor: early[state],
    beside: 'after 1,000',
    unit: 'MB',
  }));
}

async function send(kind: Kind, times: number, project: RunningProject, agent: Agent): Promise<void> {
  const { hostname: host, port } = new URL(project.url);
  const headers = {
    apikey: project.setting('ANON_KEY'),
    authorization: `Bearer ${project.setting('ANON_KEY')}`,
    'content-type': 'application/json',
  };
  let left = times;
  const client = async () => {
    while (left-- > 0) {
      const outgoing = request({ agent, host, port, method: kind.method, path: kind.path, headers });
      outgoing.end(kind.body === undefined ? undefined : JSON.stringify(kind.body));
      const [answer] = await once(outgoing, 'response');
      const body = await text(answer);
      if (answer.statusCode >= 400)
        throw new Error(`${kind.name} was answered with ${answer.statusCode}: ${body}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, client));
}
