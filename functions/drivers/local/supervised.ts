import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import type { Clock } from '../../core/kernel/clock.port.ts';
import type { Random } from '../../core/kernel/random.port.ts';
import { backoffMs } from './backoff.ts';
import { translated } from './failures.ts';
import { type LogFile, logLines, type LogRecord } from './log-file.ts';
import type { Log } from './log.ts';
import { outputLines, recordOf } from './output-lines.ts';

export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

export interface ProcessSpec {
  /** For people: `postgres abcdefgh`. */
  readonly name: string;
  /** Stands in every line of its log. */
  readonly source: string;
  readonly command: string;
  /** What the process list shows in place of the command. */
  readonly argv0?: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** All of its environment; nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  /** As whom it runs; absent: as the supervisor does. */
  readonly owner?: Owner;
  /** Whether it gets a stdin, which stays open as long as the supervisor lives. */
  readonly stdin: boolean;
  /** The signals that end it, each with the milliseconds it has; then it is killed. */
  readonly stop: readonly (readonly [signal: NodeJS.Signals, graceMs: number])[];
}

export interface Surroundings {
  readonly logFile: LogFile;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

/** A process that has run this long was well: the next crash is a first one. */
const WELL_AFTER_MS = 60_000;

/** The levels that tell more about an end than whatever is printed after them. */
const GRAVE: ReadonlySet<string> = new Set(['error', 'fatal', 'panic']);

/** How long the last output of an ended process is waited for. */
const LAST_WORDS_MS = 500;

/** One process, started again when it crashes while `keep` is set. */
export class Supervised {
  readonly spec: ProcessSpec;
  keep: boolean;
  readonly #around: Surroundings;
  #running:
    | { readonly child: ChildProcess; readonly gone: Promise<void>; readonly output: Promise<unknown> }
    | undefined;
  #input = '';
  #crashes = 0;
  #startedAt = 0;
  #retry: NodeJS.Timeout | undefined;
  #stopping: Promise<void> | undefined;
  #lastWords: LogRecord | undefined;

  constructor(spec: ProcessSpec, around: Surroundings, keep: boolean) {
    this.spec = spec;
    this.keep = keep;
    this.#around = around;
  }

  /** The pid while it runs; undefined when it does not, be it for good or until the next attempt. */
  get pid(): number | undefined {
    return this.#running?.child.pid;
  }

  /** How often it has crashed without a longer good spell between. */
  get crashes(): number {
    return this.#crashes;
  }

  /** The last grave line it printed, or just the last one: mostly it tells why it ended. */
  get lastWords(): string {
    return this.#lastWords?.message ?? 'it printed nothing';
  }

  async start(): Promise<void> {
    const { command, argv0, args, cwd, env, owner, stdin, name } = this.spec;
    try {
      // A session of its own keeps the terminal's Ctrl-C away: the supervisor decides in which order things end.
      const child = spawn(command, [...args], {
        cwd,
        env: { ...env },
        detached: true,
        stdio: [stdin ? 'pipe' : 'ignore', 'pipe', 'pipe'],
        ...(argv0 === undefined ? {} : { argv0 }),
        ...owner,
      });
      this.#watch(child);
      await once(child, 'spawn');
    } catch (error) {
      this.#running = undefined;
      throw translated(`start ${name}`, error);
    }
  }

  #watch(child: ChildProcess): void {
    const { name } = this.spec;
    const { log } = this.#around;
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.on('error', (error) =>
      log('warn', 'a process could not be started or signalled', { name, error: error.message }),
    );
    // A process that ends before it has read its input is judged by its exit, not by the broken pipe.
    child.stdin?.on('error', (error) =>
      log('info', 'a process did not read its input', { name, error: error.message }),
    );
    child.stdin?.write(this.#input);
    const output = Promise.all([child.stdout, child.stderr].map((stream) => this.#record(stream))).catch(
      (error: unknown) => log('warn', 'the output of a process was cut off', { name, error: String(error) }),
    );
    this.#running = { child, gone, output };
    this.#startedAt = performance.now();
    this.#lastWords = undefined;
    void gone.then(() => this.#ended(child));
  }

  /** Writes to its stdin now, and again after each restart. */
  send(text: string): void {
    this.#input += text;
    this.#running?.child.stdin?.write(text);
  }

  /** Ends it for good; answers when it is gone. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    clearTimeout(this.#retry);
    if (this.#running === undefined) return;
    const { child, gone, output } = this.#running;
    let ended = false;
    for (const [signal, graceMs] of this.spec.stop) {
      child.kill(signal);
      ended = await settledWithin(gone, graceMs);
      if (ended) break;
    }
    if (!ended) {
      this.#around.log('warn', 'a process had to be killed', { name: this.spec.name });
      child.kill('SIGKILL');
      await gone;
    }
    // A grandchild that outlives it may hold the pipes open.
    if (!(await settledWithin(output, LAST_WORDS_MS))) for (const stream of child.stdio) stream?.destroy();
  }

  #ended(child: ChildProcess): void {
    this.#running = undefined;
    if (this.#stopping !== undefined) return;
    const { name } = this.spec;
    const how = { code: child.exitCode ?? -1, signal: child.signalCode ?? 'none' };
    if (performance.now() - this.#startedAt > WELL_AFTER_MS) this.#crashes = 0;
    this.#crashes += 1;
    if (!this.keep) return this.#around.log('warn', 'a process ended by itself', { name, ...how });
    const inMs = backoffMs(this.#crashes, this.#around.random);
    this.#around.log('warn', 'a process crashed and is started again', { name, ...how, in_ms: inMs });
    this.#retry = setTimeout(() => void this.#startAgain(), inMs);
  }

  async #startAgain(): Promise<void> {
    try {
      await this.start();
    } catch (error) {
      if (this.#stopping !== undefined) return;
      this.#around.log('error', 'a crashed process could not be started', {
        name: this.spec.name,
        error: String(error),
      });
      this.#crashes += 1;
      this.#retry = setTimeout(() => void this.#startAgain(), backoffMs(this.#crashes, this.#around.random));
    }
  }

  async #record(stream: Readable | null): Promise<void> {
    if (stream === null) return;
    for await (const lines of outputLines(stream)) {
      const records = lines.filter((line) => line !== '').map((line) => recordOf(this.spec.source, line));
      const telling = records.findLast(({ level }) => GRAVE.has(level ?? '')) ?? records.at(-1);
      const graver = !GRAVE.has(this.#lastWords?.level ?? '') || GRAVE.has(telling?.level ?? '');
      if (graver) this.#lastWords = telling ?? this.#lastWords;
      await this.#around.logFile.write(logLines(records, this.#around.clock.now()));
    }
  }
}

async function settledWithin(work: Promise<unknown>, ms: number): Promise<boolean> {
  const clock = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => clock.resolve(false), ms);
  try {
    return await Promise.race([work.then(() => true), clock.promise]);
  } finally {
    clearTimeout(timer);
  }
}
