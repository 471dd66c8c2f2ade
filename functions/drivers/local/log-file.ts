import { open, rename, type FileHandle } from 'node:fs/promises';
import { unlessAbsent } from './failures.ts';

/** At most KEPT + 1 times this much is kept. */
const MAX_BYTES = 5 * 1024 * 1024;
const KEPT = 2;

export interface LogRecord {
  readonly source: string;
  readonly message: string;
  readonly level?: string;
}

/** A line of JSON for each. */
export function logLines(records: readonly LogRecord[], at: Date): string {
  const time = at.toISOString();
  return records.map((record) => `${JSON.stringify({ time, ...record })}\n`).join('');
}

/** A file of lines that is turned over by size: `x.jsonl`, then `x.jsonl.1`, `x.jsonl.2`. */
export class LogFile {
  readonly #path: string;
  readonly #lost: (error: unknown) => void;
  #file: FileHandle | undefined;
  #size = 0;
  #last: Promise<void> = Promise.resolve();

  /** `lost`: is told why lines could not be written. */
  constructor(path: string, lost: (error: unknown) => void) {
    this.#path = path;
    this.#lost = lost;
  }

  /** Whole lines. */
  write(text: string): Promise<void> {
    return this.#enqueue(() => this.#write(text));
  }

  close(): Promise<void> {
    return this.#enqueue(() => this.#release());
  }

  /** A log that cannot be written must not take the process down that it is about: the lines are lost, and said so. */
  #enqueue(work: () => Promise<void>): Promise<void> {
    this.#last = this.#last.then(work).catch(this.#lost);
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
