/** Lets so much work through at once, so much more wait, and turns the rest away. */
export class Turnstile {
  readonly #mostWaiting: number;
  readonly #waiting: { weight: number; enter: () => void }[] = [];
  #free: number;

  constructor(capacity: number, mostWaiting: number) {
    this.#free = capacity;
    this.#mostWaiting = mostWaiting;
  }

  /** Undefined if too many wait already. No weight may be above the capacity. */
  async run<Value>(weight: number, work: () => Promise<Value>): Promise<Value | undefined> {
    if (this.#waiting.length >= this.#mostWaiting) return undefined;
    await new Promise<void>((enter) => {
      this.#waiting.push({ weight, enter });
      this.#admit();
    });
    try {
      return await work();
    } finally {
      this.#free += weight;
      this.#admit();
    }
  }

  /** In turn: a heavy one is not overtaken for ever by light ones. */
  #admit(): void {
    for (;;) {
      const [next] = this.#waiting;
      if (next === undefined || next.weight > this.#free) return;
      this.#waiting.shift();
      this.#free -= next.weight;
      next.enter();
    }
  }
}
