import { type ChildProcess, spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { describeError, type Log } from '../server/log.ts';
import type { Command } from './command.ts';
import { readOutput } from './output.ts';

/** Why a process is no more: told to stop, by itself, or because it took too much. */
export type Ending = 'stopped' | 'crashed' | 'memory' | 'cpu';

/** How long a process that was told to stop may take for it. */
const STOP_MS = 2000;

/** How the V8 engine says that its heap is full, before it aborts. */
const OUT_OF_MEMORY = /^# Fatal JavaScript out of memory/;

export interface Listeners {
  /** Some of its work goes on after the response, or no longer does. */
  background(busy: boolean): void;
}

/** A Deno process that serves one function. */
export class FunctionProcess {
  /** Whether it came to listen; false when it ended before. */
  readonly ready: Promise<boolean>;
  readonly ended: Promise<Ending>;
  readonly #child: ChildProcess;
  #ending: Ending = 'crashed';

  constructor(
    program: string,
    command: Command,
    options: { folder: string; environment: Readonly<Record<string, string>>; log: Log } & Listeners,
  ) {
    const { log } = options;
    this.#child = spawn(program, [...command.args], {
      argv0: command.argv0,
      cwd: options.folder,
      env: { ...command.env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const { promise: ready, resolve: setReady } = Promise.withResolvers<boolean>();
    const { promise: ended, resolve: setEnded } = Promise.withResolvers<Ending>();
    this.ready = ready;
    this.ended = ended;
    this.#child.once('error', (error) => {
      log('error', 'a function could not be started', describeError(error));
      setEnded('crashed');
    });
    // After the last of its output, which tells why.
    this.#child.once('close', () => setEnded(this.#ending));
    void ended.then(() => setReady(false));

    // A process that ends before it has read its input is judged by its exit, not by the broken pipe.
    this.#child.stdin?.on('error', (error) =>
      log('debug', 'a function did not read its input', describeError(error)),
    );
    this.#child.stdin?.write(`${JSON.stringify(options.environment)}\n`);
    const signal = (event: string) => {
      if (event === 'ready') setReady(true);
      if (event === 'busy' || event === 'rested') options.background(event === 'busy');
    };
    this.#record(this.#child.stdout, 'info', log, signal);
    this.#record(this.#child.stderr, 'error', log, () => {});
    void this.#offerToKernel(log);
  }

  get pid(): number | undefined {
    return this.#child.exitCode === null && this.#child.signalCode === null ? this.#child.pid : undefined;
  }

  /** Lets the function end by itself, but not for long. */
  stop(): void {
    this.#ending = 'stopped';
    this.#child.stdin?.end();
    const late = setTimeout(() => this.#child.kill('SIGKILL'), STOP_MS);
    void this.ended.then(() => clearTimeout(late));
  }

  kill(ending: Ending): void {
    this.#ending = ending;
    this.#child.kill('SIGKILL');
  }

  #record(stream: Readable | null, level: 'info' | 'error', log: Log, signal: (event: string) => void): void {
    if (stream === null) return;
    readOutput(stream, {
      line: (text) => {
        if (this.#ending === 'crashed' && OUT_OF_MEMORY.test(text)) this.#ending = 'memory';
        log(level, text);
      },
      dropped: (lines) => log('warn', 'a function printed more than the log takes', { lines }),
      signal,
    });
  }

  /** When the machine runs out of memory, Linux shall end a function before a service or the database. */
  async #offerToKernel(log: Log): Promise<void> {
    if (process.platform !== 'linux' || this.#child.pid === undefined) return;
    try {
      await writeFile(`/proc/${this.#child.pid}/oom_score_adj`, '1000');
    } catch (error) {
      log('debug', 'a function could not be offered to the kernel', describeError(error));
    }
  }
}
