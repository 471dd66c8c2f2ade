import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { isAlive, listProcesses, signalEntry } from './process-table.ts';

async function sleeper() {
  const child = spawn('sleep', ['300'], { argv0: '/some where/sleeping child' });
  await once(child, 'spawn');
  const entry = (await listProcesses()).find(({ pid }) => pid === child.pid);
  if (entry === undefined) throw new Error('the child is not in the list');
  return { child, entry, exited: once(child, 'exit') };
}

describe('the process table', () => {
  it('shows a process with its command line until it ends, and not this one', async () => {
    const { child, entry, exited } = await sleeper();
    expect(entry.command).toBe('/some where/sleeping child 300');
    expect(await isAlive(entry)).toBe(true);
    expect((await listProcesses()).map(({ pid }) => pid)).not.toContain(process.pid);
    child.kill();
    await exited;
    expect(await isAlive(entry)).toBe(false);
  });

  it('signals the process that was found', async () => {
    const { entry, exited } = await sleeper();
    await signalEntry(entry, 'SIGTERM');
    expect(await exited).toEqual([null, 'SIGTERM']);
    await signalEntry(entry, 'SIGTERM');
  });

  it('signals no later process that has got the same pid', async () => {
    const { child, entry, exited } = await sleeper();
    await signalEntry({ ...entry, started: 'long ago' }, 'SIGKILL');
    expect(await isAlive(entry)).toBe(true);
    child.kill();
    expect(await exited).toEqual([null, 'SIGTERM']);
  });
});
