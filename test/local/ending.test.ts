import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { on, once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { newHome } from '../made-once.ts';
import { START, START_IN, freePort } from './cloud.ts';
import { processesOf } from './machine.ts';

interface Started {
  /** What was started; npm and the cloud are below it, or are it. */
  readonly program: ChildProcess & { readonly stdin: Writable; readonly stdout: Readable };
  readonly home: string;
  /** Of the cloud itself. */
  readonly pid: number;
  readonly api_url: string;
}

const localSchema = z.object({ pid: z.number(), api_url: z.string() });

async function start(home: string, ...[command = '', ...args]: readonly string[]) {
  const program = spawn(command, args, {
    cwd: START_IN,
    env: {
      PATH: process.env['PATH'],
      BASEPLANE_HOME: home,
      BASEPLANE_PORT: String(await freePort()),
      BASEPLANE_POOL: '1',
    },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  onTestFinished(() => {
    program.kill('SIGKILL');
    for (const { pid } of processesOf(home)) process.kill(pid, 'SIGKILL');
    rmSync(home, { recursive: true, force: true });
  });
  return program;
}

/** A cloud that a command has started, with a stack that is prepared: a server of Postgres and its services. */
async function startedBy(...command: readonly string[]): Promise<Started> {
  const home = newHome();
  const program = await start(home, ...command);
  for await (const [chunk] of on(program.stdout, 'data')) if (String(chunk).includes('is ready')) break;
  const local = JSON.parse(readFileSync(join(home, 'local.json'), 'utf8'));
  const cloud = { program, home, ...localSchema.parse(local) };
  onTestFinished(() => {
    if (runs(cloud)) process.kill(cloud.pid, 'SIGKILL');
  });
  await expect.poll(() => processesOf(home)).not.toEqual([]);
  return cloud;
}

/** Whether the cloud itself runs. */
function runs({ pid }: Started): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** What there is of the cloud. */
const left = (cloud: Started) => [...(runs(cloud) ? ['the cloud'] : []), ...processesOf(cloud.home)];

// A shell between npm and Node would take the signal for itself, and leave Node behind.
it.each(['SIGTERM', 'SIGINT'] as const)('ends when npm is sent %s, and npm after it', async (signal) => {
  const cloud = await startedBy('npm', 'start');
  cloud.program.kill(signal);
  await once(cloud.program, 'exit');
  expect(left(cloud)).toEqual([]);
});

it('ends while it starts for the first time, with all that it has begun', async () => {
  const home = mkdtempSync(join(tmpdir(), 'baseplane-end-'));
  chmodSync(home, 0o711);
  const program = await start(home, process.execPath, ...START);
  await expect.poll(() => processesOf(home), { interval: 5 }).not.toEqual([]);
  expect(existsSync(join(home, 'local.json'))).toBe(false);
  program.kill('SIGTERM');
  expect(await once(program, 'exit')).toEqual([0, null]);
  expect(processesOf(home)).toEqual([]);
});

const hasScript =
  spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout?.includes('util-linux') ?? false;
const inTerminal = () => startedBy('script', '--quiet', '--command', 'npm start', '/dev/null');

describe.skipIf(!hasScript)('in a terminal (skipped where there is no script of util-linux)', () => {
  it('ends by Ctrl-C, which both npm and Node are told of', async () => {
    const cloud = await inTerminal();
    cloud.program.stdin.write('\u0003');
    await once(cloud.program, 'exit');
    expect(left(cloud)).toEqual([]);
  });

  it('ends when the terminal is closed', async () => {
    const cloud = await inTerminal();
    cloud.program.kill('SIGKILL');
    await expect.poll(() => left(cloud)).toEqual([]);
  });
});

it('stays when it was started to stay, whatever becomes of the terminal', async () => {
  const cloud = await startedBy('nohup', 'npm', 'start');
  process.kill(cloud.pid, 'SIGHUP');
  expect((await fetch(`${cloud.api_url}/openapi.json`)).status).toBe(200);
  process.kill(cloud.pid, 'SIGTERM');
  await once(cloud.program, 'exit');
  expect(left(cloud)).toEqual([]);
});
