import { join } from 'node:path';
import type { Clock } from '../../core/kernel/clock.port.ts';
import type { Random } from '../../core/kernel/random.port.ts';
import { LogFile } from './log-file.ts';
import type { Log } from './log.ts';
import { Supervised, type ProcessSpec } from './supervised.ts';

/** Starts and ends the processes of all projects, and keeps what they print. */
export class Supervisor {
  readonly #parts: { readonly clock: Clock; readonly random: Random; readonly log: Log };
  readonly #processes = new Set<Supervised>();
  readonly #logs = new Map<string, LogFile>();

  constructor(parts: { readonly clock: Clock; readonly random: Random; readonly log: Log }) {
    this.#parts = parts;
  }

  /**
   * @param logFolder its output goes to `<source>.jsonl` there
   * @param keep whether it is started again when it crashes
   */
  async start(spec: ProcessSpec, logFolder: string, keep: boolean): Promise<Supervised> {
    const logFile = this.#logFile(join(logFolder, `${spec.source}.jsonl`));
    const supervised = new Supervised(spec, { ...this.#parts, logFile }, keep);
    await supervised.start();
    this.#processes.add(supervised);
    return supervised;
  }

  async stop(supervised: Supervised): Promise<void> {
    await supervised.stop();
    this.#processes.delete(supervised);
  }

  /** Closes the log files under a folder whose processes have ended. */
  async closeLogs(folder: string): Promise<void> {
    const closing = [...this.#logs].filter(([path]) => path.startsWith(`${folder}/`));
    for (const [path] of closing) this.#logs.delete(path);
    await Promise.all(closing.map(([, file]) => file.close()));
  }

  /** The processes that run or are about to run again. */
  list(): readonly Supervised[] {
    return [...this.#processes];
  }

  #logFile(path: string): LogFile {
    const known = this.#logs.get(path);
    if (known !== undefined) return known;
    const file = new LogFile(path, (error) =>
      this.#parts.log('warn', 'a project log could not be written', { path, error: String(error) }),
    );
    this.#logs.set(path, file);
    return file;
  }
}
