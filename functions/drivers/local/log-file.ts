import { open, rename, type FileHandle } from 'node:fs/promises';
import type { Clock } from '../../core/kernel/clock.port.ts';
import { unlessAbsent } from './failures.ts';
import type { Log } from './log.ts';

/** A project keeps at most KEPT + 1 times this much per process that it runs. */
const MAX_BYTES = 5 * 1024 * 1024;
const KEPT = 2;

export interface LogRecord {
  readonly source: string;
  readonly message: string;
  readonly level?: string;
}

/** A JSON-lines file that is turned over by size: `x.jsonl`, then `x.jsonl.1`, `x.jsonl.2`. */
export class LogFile {
  readonly #path: string;
  readonly #clock: Clock;
  readonly #log: Log;
  #file: FileHandle | undefined;
  #size = 0;
  #last: Promise<void> = Promise.resolve();

  constructor(path: string, parts: { readonly clock: Clock; readonly log: Log }) {
    this.#path = path;
    this.#clock = parts.clock;
    this.#log = parts.log;
  }

  append(records: readonly LogRecord[]): Promise<void> {
    const time = this.#clock.now().toISOString();
    const text = records.map((record) => `${JSON.stringify({ time, ...record })}\n`).join('');
    return this.#enqueue(() => this.#write(text));
  }

  close(): Promise<void> {
    return this.#enqueue(() => this.#release());
  }

  /** A log that cannot be written must not take the process down that it is about: the lines are lost, and said so. */
  #enqueue(work: () => Promise<void>): Promise<void> {
    this.#last = this.#last.then(work).catch((error: unknown) => {
      this.#log('warn', 'a project log could not be written', { path: this.#path, error: String(error) });
    });
    return this.#last;
  }

  async #write(text: string): Promise<void> {
    if (this.#file === undefined) {
      this.#file = await open(this.#path, 'a', 0o600);
      this.#size = (await this.#file.stat()).size;
    }
    await this.#file.write(text);
    this.#size += Buffer.byteLength(text);
    if (this.#size < MAX_BYTES) return;
    await this.#release();
    for (let age = KEPT - 1; age >= 1; age -= 1)
      await unlessAbsent(rename(`${this.#path}.${age}`, `${this.#path}.${age + 1}`));
    await rename(this.#path, `${this.#path}.1`);
  }

  async #release(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.close();
  }
}
