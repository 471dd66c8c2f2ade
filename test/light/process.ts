import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { madeOnce } from '../made-once.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The data plane as its supervisor runs it. */
export type LightProcess = AsyncDisposable & {
  readonly pid: number;
  /** Sends the configuration line. */
  configure(settings: object): void;
  /** What it listens on, once it is ready; undefined if it ended instead. */
  ready(): Promise<string | undefined>;
  endStdin(): void;
  signal(name: NodeJS.Signals): void;
  /** Its exit code, once it has ended. */
  readonly ended: Promise<number | null>;
  /** All it has written to stdout and stderr. */
  output(): string;
};

const PROGRAM = ['templates/light/main.ts'];

/** What V8 makes of its code: with it, a process starts in a third of the time, as in the local cloud. */
const compiled = (): string =>
  madeOnce(`compiled-light-${process.version}`, (NODE_COMPILE_CACHE) => {
    const env = { CONFIG_FROM: 'stdin', NODE_COMPILE_CACHE };
    spawnSync(process.execPath, PROGRAM, { cwd: ROOT, env, stdio: 'ignore' });
  });

export function startLight(env: Readonly<Record<string, string>> = { CONFIG_FROM: 'stdin' }): LightProcess {
  return lightProcess(
    spawn(process.execPath, PROGRAM, {
      cwd: ROOT,
      env: { PATH: process.env['PATH'], NODE_COMPILE_CACHE: compiled(), ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
    }),
  );
}

export function lightProcess(child: ChildProcessWithoutNullStreams): LightProcess {
  let output = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text));
  // A process that refused its configuration has closed its stdin.
  child.stdin.on('error', () => undefined);
  const ended = once(child, 'close').then(() => child.exitCode);
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => (output += `${line}\n`));
  const listening = once(lines, 'line').then(([line]) => String(line).match(/"listen":"([^"]+)"/)?.[1]);
  return {
    pid: child.pid ?? 0,
    configure: (settings) => void child.stdin.write(`${JSON.stringify(settings)}\n`),
    ready: () => Promise.race([listening, ended.then(() => undefined)]),
    endStdin: () => void child.stdin.end(),
    signal: (name) => void child.kill(name),
    ended,
    output: () => output,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
