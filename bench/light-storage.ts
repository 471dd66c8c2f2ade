import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { type StorageProject, startStorage } from '../test/light/storage-project.ts';
import { median, type Row } from './row.ts';

const MEGABYTE = randomBytes(1024 * 1024);
const REQUESTS = 400;
const ROUNDS = 5;
const AT_ONCE = 4;

/** Of Linux, in which /proc counts. */
const TICKS_PER_SECOND = 100;

interface Call {
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
}

const portMessage = z.object({ port: z.number() });

/** CPU time of the data plane for 1 MB down and up, beside that of a bare Node server for the same, turn by turn. */
export async function measureStorage(): Promise<readonly Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-storage-'));
  writeFileSync(join(folder, 'file'), MEGABYTE);
  const floor = fork(new URL('light-storage-floor.ts', import.meta.url), [folder]);
  const agent = new Agent({ keepAlive: true });
  const project = await startStorage();
  try {
    const [message] = await once(floor, 'message');
    const bare = `http://127.0.0.1:${portMessage.parse(message).port}/`;
    const rows: Row[] = [];
    for (const [name, own] of Object.entries(await calls(project))) {
      const costs: { own: number; floor: number }[] = [];
      for (let round = 0; round <= ROUNDS; round += 1)
        costs.push({
          own: await costOf(own, project.light.pid, agent),
          floor: await costOf({ ...own, url: bare }, pidOf(floor), agent),
        });
      // The first round warms up.
      const measured = costs.slice(1);
      const value = median(measured.map((cost) => cost.own));
      const beside = 'a bare Node file server';
      rows.push({ name, value, unit: 'µs', floor: median(measured.map((cost) => cost.floor)), beside });
    }
    return rows;
  } finally {
    agent.destroy();
    floor.kill();
    await project[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
  }
}

async function calls(project: StorageProject): Promise<Readonly<Record<string, Call>>> {
  const service = project.client('SERVICE_ROLE_KEY');
  await service.storage.createBucket('open', { public: true });
  await service.storage.createBucket('closed');
  for (const bucket of ['open', 'closed']) await service.storage.from(bucket).upload('file', MEGABYTE);
  await project.database.sql(
    `create policy "read" on storage.objects for select to authenticated using (true)`,
  );
  const user = await project.signUp('bench@storage.test');
  const base = `${project.url}/storage/v1/object`;
  const as = (token: string) => ({ authorization: `Bearer ${token}`, apikey: project.setting('ANON_KEY') });
  const upsert = { 'x-upsert': 'true', 'content-type': 'application/octet-stream' };
  return {
    'download of 1 MB, public, CPU': { url: `${base}/public/open/file`, method: 'GET', headers: {} },
    'download of 1 MB as a user, CPU': { url: `${base}/closed/file`, method: 'GET', headers: as(user.token) },
    'upload of 1 MB, CPU': {
      url: `${base}/closed/new`,
      method: 'POST',
      headers: { ...as(project.setting('SERVICE_ROLE_KEY')), ...upsert },
    },
  };
}

/** In microseconds a request. */
async function costOf(call: Call, pid: number, agent: Agent): Promise<number> {
  const before = cpuOf(pid);
  let left = REQUESTS;
  const client = async (): Promise<void> => {
    while (left-- > 0) await perform(call, agent);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, client));
  return (cpuOf(pid) - before) / REQUESTS;
}

async function perform({ url, method, headers }: Call, agent: Agent): Promise<void> {
  const outgoing = request(url, { agent, method, headers });
  outgoing.end(method === 'GET' ? undefined : MEGABYTE);
  const [answer] = await once(outgoing, 'response');
  answer.resume();
  await once(answer, 'end');
  if (answer.statusCode !== 200) throw new Error(`${url} answered ${answer.statusCode}`);
}

/** User and system time of a process so far, in microseconds. */
function cpuOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return ((Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND) * 1e6;
}

function pidOf(child: ChildProcess): number {
  if (child.pid === undefined) throw new Error('The bare server did not start.');
  return child.pid;
}
