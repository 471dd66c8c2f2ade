import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';

const START = fileURLToPath(new URL('../../examples/start.ts', import.meta.url));

/** An example as its command starts it, against the cloud with this state directory. */
export class RunningExample {
  readonly url: string;
  readonly #child: ChildProcess;

  private constructor(url: string, child: ChildProcess) {
    this.url = url;
    this.#child = child;
  }

  static async start(name: string, home: string): Promise<RunningExample> {
    const child = spawn(process.execPath, [START, name], {
      env: { PATH: process.env['PATH'], BASEPLANE_HOME: home },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const said: string[] = [];
    child.stderr.on('data', (chunk: Buffer) => said.push(chunk.toString()));
    for await (const line of createInterface({ input: child.stdout })) {
      const url = /runs at (http\S+)/.exec(line)?.[1];
      if (url !== undefined) return new RunningExample(url, child);
    }
    throw new Error(`the example ${name} did not start: ${said.join('')}`);
  }

  async stop(): Promise<void> {
    const ended = once(this.#child, 'exit');
    this.#child.kill();
    await ended;
  }
}

/** Opens the example and signs up under this name. */
export async function enter(page: Page, url: string, name: string): Promise<void> {
  await page.goto(url);
  await page.getByLabel('E-mail').fill(`${name}@example.com`);
  await page.getByLabel('Password').fill('a long password');
  await page.getByRole('button', { name: 'Enter' }).click();
  await page.getByText(`Signed in as ${name}`).waitFor();
}
