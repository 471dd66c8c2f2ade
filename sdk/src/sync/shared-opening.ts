/**
 * Counts those who want something open: the first opens it, the last one closes it. An opening waits for the closing
 * before it, so that a component that is mounted twice in a row finds a channel that is wholly there.
 */
export class SharedOpening {
  readonly #open: () => Promise<void>;
  readonly #close: () => Promise<void>;
  #users = 0;
  #turn: Promise<void> = Promise.resolve();
  #isOpen = false;

  constructor(parts: { readonly open: () => Promise<void>; readonly close: () => Promise<void> }) {
    this.#open = parts.open;
    this.#close = parts.close;
  }

  /** Answers a function that gives it up; calling that again does nothing. */
  take(): () => Promise<void> {
    this.#users += 1;
    void this.#settle();
    let given = false;
    return () => {
      if (!given) this.#users -= 1;
      given = true;
      return this.#settle();
    };
  }

  #settle(): Promise<void> {
    this.#turn = this.#turn.then(async () => {
      const wanted = this.#users > 0;
      if (wanted === this.#isOpen) return;
      this.#isOpen = wanted;
      await (wanted ? this.#open() : this.#close());
    });
    return this.#turn;
  }
}
