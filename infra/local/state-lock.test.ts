import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lockState } from './state-lock.ts';

let folder = '';
const children: ChildProcess[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lock-'));
});

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

/** A process that claims the directory and prints what came of it; with `heir`, also the pid of a child it leaves behind. */
async function otherProcess(home: string, heir = false): Promise<{ child: ChildProcess; says: string }> {
  const script = `
    import { spawn } from 'node:child_process';
    import { lockState } from ${JSON.stringify(new URL('./state-lock.ts', import.meta.url).href)};
    try {
      lockState(process.argv[1]);
      // A lock that hangs on an object which nobody keeps would be gone now.
      globalThis.gc();
      const heir = ${heir} && spawn(process.execPath, ['--eval', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
      console.log(heir ? heir.pid : 'locked');
      setInterval(() => {}, 1000);
    } catch (error) {
      console.log(error.message);
    }`;
  const child = spawn(process.execPath, ['--expose-gc', '--input-type=module', '--eval', script, home], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const [says] = await once(createInterface({ input: child.stdout }), 'line');
  return { child, says: String(says) };
}

test('one process holds a directory; a second is told in one line by whom it is held', async () => {
  const home = join(folder, 'new', 'home');
  const { child, says } = await otherProcess(home);
  expect(says).toBe('locked');
  expect(() => lockState(home)).toThrow(`${home} is in use by another Baseplane (process ${child.pid}).`);
  expect((await otherProcess(home)).says).toContain(`process ${child.pid}`);
});

test('a killed owner leaves nothing to clear away, even where a child of it lives on', async () => {
  const { child, says: heir } = await otherProcess(folder, true);
  try {
    child.kill('SIGKILL');
    await once(child, 'exit');
    lockState(folder).release();
  } finally {
    process.kill(Number(heir), 'SIGKILL');
  }
});

test('what was released can be claimed again', () => {
  const lock = lockState(folder);
  expect(() => lockState(folder)).toThrow(/in use/);
  lock.release();
  lockState(folder).release();
});

test('a path that is no directory is refused', () => {
  const file = join(folder, 'file');
  writeFileSync(file, '');
  expect(() => lockState(file)).toThrow(/cannot be used as the state directory/);
});
