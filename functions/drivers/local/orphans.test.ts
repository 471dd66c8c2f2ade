import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { endProcesses, processesUnder } from './orphans.ts';

const ROOT = '/home/nobody here/baseplane orphans';
const CLUSTER = `${ROOT}/clusters/abcdefgh`;

const spawned: { kill(signal: 'SIGKILL'): boolean; exited: Promise<unknown> }[] = [];
/** Waits for the ends as well: a process that is still dying would be found by the next test. */
afterEach(async () => {
  for (const child of spawned.splice(0)) {
    child.kill('SIGKILL');
    await child.exited;
  }
});

/** A process whose command line looks like another's. */
async function disguised(
  argv0: string,
  args: readonly string[] = [],
  script = 'setInterval(() => {}, 1000)',
) {
  const child = spawn(process.execPath, ['-e', script, '--', ...args], { argv0, stdio: 'ignore' });
  const exited = once(child, 'exit');
  spawned.push({ kill: (signal) => child.kill(signal), exited });
  await once(child, 'spawn');
  return { pid: child.pid ?? 0, exited };
}

const found = async () =>
  new Set((await processesUnder(`${ROOT}/clusters`, ['abcdefgh'])).map(({ pid }) => pid));

describe('the processes of a state directory', () => {
  it('are those that carry it where only they do', async () => {
    const ours = await Promise.all([
      disguised(`${CLUSTER}/light`),
      disguised('node', ['/opt/pg 17/bin/postgres', '-D', `${CLUSTER}/pgdata`]),
      disguised('postgres: baseplane-abcdefgh: checkpointer'),
    ]);
    await Promise.all([
      disguised('tail', ['-f', `${CLUSTER}/logs/postgres.jsonl`]),
      disguised('node', ['/opt/pg/bin/postgres', '-D', '/var/lib/postgresql']),
      disguised('postgres: baseplane-zyxwvuts: checkpointer'),
      disguised(`${ROOT}/bin/server`),
      disguised('node', ['/opt/pg/bin/postgres', '-D', `${ROOT}/my own database`]),
      disguised(`${ROOT} of another/clusters/abcdefgh/light`),
    ]);
    expect(await found()).toEqual(new Set(ours.map(({ pid }) => pid)));
  });

  it('are ended, a light one by SIGTERM, a server by SIGINT, a deaf one by force', async () => {
    const light = await disguised(`${CLUSTER}/light`);
    const server = await disguised('node', ['/pg/bin/postgres', '-D', `${CLUSTER}/pgdata`]);
    expect(await endProcesses(() => processesUnder(`${ROOT}/clusters`, ['abcdefgh']))).toBe(2);
    expect(await light.exited).toEqual([null, 'SIGTERM']);
    expect(await server.exited).toEqual([null, 'SIGINT']);
    expect(await found()).toEqual(new Set());
    expect(await endProcesses(() => processesUnder(`${ROOT}/clusters`, ['abcdefgh']))).toBe(0);
  });
});
