import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

type Line = Readonly<Record<string, unknown>>;

export interface Program {
  readonly child: ChildProcess;
  /** The exit code. */
  readonly exit: Promise<number | null>;
  /** The first line that it has printed, or will print, of which this holds. */
  line(holds: (line: Line) => boolean): Promise<Line>;
}

/** Runs what the container of the Postgres gateway runs, with these variables and no other. */
export function runProgram(env: Readonly<Record<string, string>>): Program {
  const child = spawn(process.execPath, ['infra/postgres-gateway/main.ts'], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const printed: Line[] = [];
  const waiting: { readonly holds: (line: Line) => boolean; readonly found: (line: Line) => void }[] = [];
  createInterface(child.stdout).on('line', (text) => {
    const line: Line = JSON.parse(text);
    printed.push(line);
    for (const { holds, found } of waiting) if (holds(line)) found(line);
  });
  const exit = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)));
  const line = (holds: (line: Line) => boolean): Promise<Line> => {
    const known = printed.find(holds);
    if (known !== undefined) return Promise.resolve(known);
    return new Promise((resolve, reject) => {
      waiting.push({ holds, found: resolve });
      void exit.then(() => reject(new Error('it has ended and never said so')));
    });
  };
  return { child, exit, line };
}
