import { Observed } from '../state/observed.ts';
import type { OutboxStore } from './outbox-store.ts';

/** Something on its way. The server takes each `key` once, however often it is sent. */
export interface Entry<Body> {
  readonly key: string;
  readonly body: Body;
}

export type Outcome<Value> =
  | { readonly kind: 'done'; readonly value: Value }
  | { readonly kind: 'refused'; readonly error: SendError }
  /** No answer came: it may have arrived or not, and is sent again. */
  | { readonly kind: 'unanswered' };

export interface SendError {
  /** SQLSTATE or PostgREST's code, where there is one. */
  readonly code: string;
  readonly message: string;
  readonly hint: string | null;
}

export type Sent<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly error: SendError };

export interface OutboxParts<Body, Value> {
  readonly send: (entry: Entry<Body>) => Promise<Outcome<Value>>;
  readonly store: OutboxStore<Body>;
  readonly newKey?: () => string;
  /** Runs a function after so many milliseconds; answers a function that prevents it. */
  readonly later?: (ms: number, run: () => void) => () => void;
}

/** Doubled from the first to the last: half a second is not noticed, half a minute is kind to a server that comes back. */
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;

const onTimer = (ms: number, run: () => void) => {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
};

/**
 * Sends one after the other, in order, and keeps what was not answered, beyond a reload if the store does. So a
 * message written in a tunnel arrives once, after the tunnel.
 */
export class Outbox<Body, Value> {
  readonly #parts: Required<OutboxParts<Body, Value>>;
  readonly #waiting = new Map<string, (sent: Sent<Value>) => void>();
  readonly #entries: Observed<readonly Entry<Body>[]>;
  #sending = false;
  #closed = false;
  #failures = 0;
  #stopWaiting: (() => void) | undefined;

  constructor(parts: OutboxParts<Body, Value>) {
    this.#parts = { newKey: () => crypto.randomUUID(), later: onTimer, ...parts };
    this.#entries = new Observed<readonly Entry<Body>[]>(parts.store.load());
    void this.#work();
  }

  /** What is on its way, oldest first. */
  get entries(): Pick<Observed<readonly Entry<Body>[]>, 'get' | 'subscribe'> {
    return this.#entries;
  }

  /** `sent` is settled when the server has taken or refused it, however long that takes. */
  post(body: Body): { readonly entry: Entry<Body>; readonly sent: Promise<Sent<Value>> } {
    const entry = { key: this.#parts.newKey(), body };
    const sent = new Promise<Sent<Value>>((resolve) => this.#waiting.set(entry.key, resolve));
    this.#change((entries) => [...entries, entry]);
    void this.#work();
    return { entry, sent };
  }

  /** The connection is back: no use in waiting longer. */
  retry(): void {
    this.#stopWaiting?.();
    this.#stopWaiting = undefined;
    this.#failures = 0;
    void this.#work();
  }

  /** Sends nothing more; what is left stays in the store. */
  close(): void {
    this.#closed = true;
    this.#stopWaiting?.();
  }

  async #work(): Promise<void> {
    if (this.#sending || this.#closed || this.#stopWaiting !== undefined) return;
    this.#sending = true;
    for (let next = this.#entries.get()[0]; next !== undefined; next = this.#entries.get()[0]) {
      const outcome = await this.#parts.send(next).catch((): Outcome<Value> => ({ kind: 'unanswered' }));
      if (this.#closed) break;
      if (outcome.kind === 'unanswered') {
        this.#wait();
        break;
      }
      this.#failures = 0;
      this.#settle(next, outcome);
    }
    this.#sending = false;
  }

  #settle({ key }: Entry<Body>, outcome: Exclude<Outcome<Value>, { kind: 'unanswered' }>): void {
    this.#change((entries) => entries.filter((entry) => entry.key !== key));
    const tell = this.#waiting.get(key);
    this.#waiting.delete(key);
    tell?.(
      outcome.kind === 'done' ? { ok: true, value: outcome.value } : { ok: false, error: outcome.error },
    );
  }

  #wait(): void {
    const ms = Math.min(FIRST_WAIT_MS * 2 ** this.#failures, LONGEST_WAIT_MS);
    this.#failures += 1;
    this.#stopWaiting = this.#parts.later(ms, () => {
      this.#stopWaiting = undefined;
      void this.#work();
    });
  }

  #change(change: (entries: readonly Entry<Body>[]) => readonly Entry<Body>[]): void {
    this.#entries.update(change);
    this.#parts.store.save(this.#entries.get());
  }
}
