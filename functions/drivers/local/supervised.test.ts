import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { listProcesses } from './process-table.ts';
import type { ProcessSpec } from './supervised.ts';
import { Supervisor } from './supervisor.ts';

const PATIENCE = { timeout: 10_000, interval: 10 };

let folder: string;
let supervisor: Supervisor;
let told: { message: string; fields?: unknown }[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bp-supervised-'));
  told = [];
  supervisor = new Supervisor({
    clock: { now: () => new Date('2026-01-01T00:00:00Z') },
    random: { bytes: (length) => new Uint8Array(length) },
    log: (_level, message, fields) => told.push({ message, fields }),
  });
});
afterEach(async () => {
  await Promise.all(supervisor.list().map((each) => supervisor.stop(each)));
  rmSync(folder, { recursive: true });
});

function node(script: string, more: Partial<ProcessSpec> = {}): ProcessSpec {
  return {
    name: 'a script',
    source: 'script',
    command: process.execPath,
    args: ['-e', script],
    cwd: folder,
    env: {},
    stdin: true,
    stop: [['SIGTERM', 2000]],
    ...more,
  };
}

const logged = (): unknown[] =>
  readFileSync(join(folder, 'script.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line): unknown => JSON.parse(line));
const logs = (expected: unknown) => vi.waitFor(() => expect(logged()).toEqual(expected), PATIENCE);
const time = '2026-01-01T00:00:00.000Z';

describe('a supervised process', () => {
  it('has nothing of the supervisor’s environment, and its output is kept line by line', async () => {
    const script =
      'console.log(JSON.stringify({ message: "env", n: Object.keys(process.env).length })); console.error("ERROR:  no")';
    await supervisor.start(node(script), folder, false);
    await vi.waitFor(() => expect(logged()).toHaveLength(2), PATIENCE);
    expect(logged()).toContainEqual({ time, source: 'script', message: 'env', n: 0 });
    expect(logged()).toContainEqual({ time, source: 'script', level: 'error', message: 'no' });
  });

  it('is started again after a crash, with the same input, and the supervisor tells', async () => {
    const script =
      'process.stdin.once("data", (line) => { console.log(String(line).trim()); process.exit(3); })';
    const started = await supervisor.start(node(script), folder, true);
    started.send('configuration\n');
    await vi.waitFor(() => expect(logged().length).toBeGreaterThan(1), PATIENCE);
    expect(logged()[1]).toEqual({ time, source: 'script', message: 'configuration' });
    expect(started.crashes).toBeGreaterThan(0);
    expect(told[0]).toMatchObject({ message: 'a process crashed and is started again', fields: { code: 3 } });
  });

  it('is not started again when it is not to be kept, nor after it was stopped', async () => {
    const fleeting = await supervisor.start(node('process.exit(1)'), folder, false);
    await vi.waitFor(() => expect(fleeting.pid).toBeUndefined(), PATIENCE);
    expect(told).toMatchObject([{ message: 'a process ended by itself' }]);

    const crashing = await supervisor.start(node('process.exit(1)'), folder, true);
    await vi.waitFor(() => expect(crashing.crashes).toBe(1), PATIENCE);
    await supervisor.stop(crashing);
    expect(crashing.pid).toBeUndefined();
    expect(supervisor.list()).not.toContain(crashing);
  });

  it('is asked to end, and killed when it does not', async () => {
    const stubborn =
      'process.on("SIGTERM", () => console.log("no")); setInterval(() => {}, 1000); console.log("up")';
    const started = await supervisor.start(node(stubborn, { stop: [['SIGTERM', 100]] }), folder, true);
    await logs([{ time, source: 'script', message: 'up' }]);
    const { pid } = started;
    await Promise.all([supervisor.stop(started), supervisor.stop(started)]);
    expect((await listProcesses()).map((entry) => entry.pid)).not.toContain(pid);
    expect(told).toEqual([{ message: 'a process had to be killed', fields: { name: 'a script' } }]);
    await logs([
      { time, source: 'script', message: 'up' },
      { time, source: 'script', message: 'no' },
    ]);
  });

  it('is let go of although a process that it started holds on to its output', async () => {
    const script =
      'const child = require("node:child_process").spawn("sleep", ["5"], { stdio: "inherit", detached: true }); console.log(child.pid); setInterval(() => {}, 1000)';
    const started = await supervisor.start(node(script, { env: { PATH: '/usr/bin:/bin' } }), folder, false);
    await vi.waitFor(() => expect(logged()).toHaveLength(1), PATIENCE);
    const begun = performance.now();
    await supervisor.stop(started);
    expect(performance.now() - begun).toBeLessThan(4000);
    const [{ message } = { message: '0' }] = z.array(z.object({ message: z.string() })).parse(logged());
    process.kill(Number(message), 'SIGKILL');
    await vi.waitFor(() =>
      expect(told.map((each) => each.message)).toContain('the output of a process was cut off'),
    );
  });

  it('keeps the last grave line as the reason of its end', async () => {
    const script = 'console.log("FATAL:  the data is gone"); console.log("LOG:  shut down"); process.exit(1)';
    const started = await supervisor.start(node(script), folder, false);
    await vi.waitFor(() => expect(started.lastWords).toBe('the data is gone'), PATIENCE);
  });

  it('that cannot be started is an error that says why', async () => {
    const missing = supervisor.start(node('', { command: join(folder, 'absent') }), folder, true);
    await expect(missing).rejects.toMatchObject({ code: 'ENOENT' });
    const folderItself = supervisor.start(node('', { command: folder }), folder, true);
    await expect(folderItself).rejects.toMatchObject({
      name: 'PortError',
      message: 'Could not start a script: permission was denied.',
    });
    expect(supervisor.list()).toEqual([]);
  });
});
