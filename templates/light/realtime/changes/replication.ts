import { setTimeout as delay } from 'node:timers/promises';
import { describeError, type Log } from '../../server/log.ts';
import type { Config } from '../../settings/config.ts';
import type { WalMessage } from './pgoutput.ts';
import { openWalStream, type WalStream } from './wal-stream.ts';

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5000;

/** How long a newcomer waits for the stream to begin; a slot waits for the transactions that are open. */
const PATIENCE_MS = 8000;

export interface Use {
  /** Whether all that is committed from now on will be received. */
  readonly ready: Promise<boolean>;
  end(): void;
}

/** One stream for all who want one: it begins with the first and ends with the last, and is begun anew when cut. */
export class Replication {
  readonly #config: Config;
  readonly #log: Log;
  readonly #receive: (message: WalMessage) => void;
  readonly #gaps: (() => void)[] = [];
  readonly #uses = new Set<symbol>();
  /** Whether the stream flows, once that is known; another one takes its place when it is cut, or could not begin. */
  #flowing = Promise.withResolvers<boolean>();
  #stream: WalStream | undefined;
  #running: Promise<void> | undefined;
  #unwanted = new AbortController();
  #isClosed = false;

  constructor(config: Config, log: Log, receive: (message: WalMessage) => void) {
    this.#config = config;
    this.#log = log;
    this.#receive = receive;
  }

  onGap(listen: () => void): void {
    this.#gaps.push(listen);
  }

  /** Tells that changes may not have been told. */
  missed(): void {
    for (const listen of this.#gaps) listen();
  }

  use(): Use {
    const use = Symbol('use');
    this.#uses.add(use);
    if (this.#running === undefined) this.#run();
    const patience = new AbortController();
    const late = delay(PATIENCE_MS, false, { signal: patience.signal, ref: false }).catch(() => false);
    const ready = Promise.race([this.#flowing.promise, late]);
    void ready.finally(() => patience.abort());
    return {
      ready,
      end: () => {
        if (this.#uses.delete(use) && this.#uses.size === 0) this.#giveUp();
      },
    };
  }

  /** Whoever cannot keep up lets the server wait. */
  throttle(isBehind: boolean): void {
    if (isBehind) this.#stream?.pause();
    else this.#stream?.resume();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#uses.clear();
    this.#giveUp();
    await this.#running;
  }

  #giveUp(): void {
    this.#flowing = Promise.withResolvers();
    this.#unwanted.abort();
  }

  #run(): void {
    this.#running = this.#always().finally(() => {
      this.#running = undefined;
      // Somebody may have come while the stream was being closed.
      if (this.#uses.size > 0 && !this.#isClosed) this.#run();
    });
  }

  async #always(): Promise<void> {
    this.#unwanted = new AbortController();
    const { signal } = this.#unwanted;
    let pause = FIRST_PAUSE_MS;
    let wasCut = false;
    while (!signal.aborted) {
      try {
        await this.#once(signal, wasCut);
        pause = FIRST_PAUSE_MS;
        wasCut = true;
      } catch (error) {
        // Once for a row of failures: it may be long.
        if (signal.aborted) return;
        if (pause === FIRST_PAUSE_MS) this.#log('warn', 'changes are not read', describeError(error));
        this.#flowing.resolve(false);
        this.#flowing = Promise.withResolvers();
        pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
      }
      await delay(pause, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  async #once(signal: AbortSignal, wasCut: boolean): Promise<void> {
    const stream = await openWalStream(this.#config, this.#receive, signal);
    this.#stream = stream;
    if (!signal.aborted) this.#flowing.resolve(true);
    if (wasCut) this.missed();
    await stream.ended;
    this.#stream = undefined;
    if (!signal.aborted) this.#flowing = Promise.withResolvers();
  }
}
