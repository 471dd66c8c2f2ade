import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describeError, type Log } from '../server/log.ts';
import { Answer, type Question } from './messages.ts';

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url));

/**
 * The largest result of a query, in MB, which is held in memory as a whole; and how long one waits for the connection
 * that all queries of a request share, which on a busy machine is as long as those before it take.
 */
const SETTINGS = { PG_META_MAX_RESULT_SIZE_MB: '32', PG_CONN_TIMEOUT_SECS: '120' };

/** A process of postgres-meta: it answers until it has not been asked for a while. */
export class MetaProcess {
  readonly ended: Promise<void>;
  readonly #child: ChildProcess;
  readonly #idleMs: number;
  readonly #waiting = new Map<number, (answer: Answer | undefined) => void>();
  #asked = 0;
  #open = true;
  #idle: NodeJS.Timeout | undefined;

  constructor(options: { connection: string; idleMs: number; log: Log }) {
    const { log } = options;
    this.#idleMs = options.idleMs;
    this.#child = fork(MAIN, {
      // What it prints can quote what a query returned.
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      env: SETTINGS,
    });
    const { promise, resolve } = Promise.withResolvers<void>();
    this.ended = promise;
    const end = () => {
      this.#open = false;
      clearTimeout(this.#idle);
      for (const settle of this.#waiting.values()) settle(undefined);
      resolve();
    };
    this.#child.on('error', (error) => {
      log('error', 'postgres-meta could not be started or reached', describeError(error));
      end();
    });
    this.#child.once('exit', (code, signal) => {
      log(code === 0 ? 'info' : 'error', 'postgres-meta ended', {
        code: code ?? -1,
        signal: signal ?? 'none',
      });
      end();
    });
    this.#child.on('message', (message) => {
      const answer = Answer.parse(message);
      this.#waiting.get(answer.id)?.(answer);
    });
    this.#child.send({ connection: options.connection });
    log('info', 'postgres-meta started');
  }

  /** Whether it may still be asked. */
  get open(): boolean {
    return this.#open;
  }

  /** Undefined when the process ended before it had an answer. */
  async ask(question: Omit<Question, 'id'>): Promise<Answer | undefined> {
    this.#asked += 1;
    const id = this.#asked;
    clearTimeout(this.#idle);
    const { promise, resolve } = Promise.withResolvers<Answer | undefined>();
    this.#waiting.set(id, resolve);
    this.#child.send({ ...question, id });
    const answer = await promise;
    this.#waiting.delete(id);
    if (this.#open && this.#waiting.size === 0) this.#idle = setTimeout(() => this.stop(), this.#idleMs);
    return answer;
  }

  /** It ends when its channel does. */
  stop(): void {
    this.#open = false;
    if (this.#child.connected) this.#child.disconnect();
  }
}
