/** Supabase looks at as much. */
const SECONDS = 60;

/**
 * What happened a second, on average since the first of it or over the last minute. A burst after a quiet time is no
 * excess.
 */
export class Rate {
  readonly #limit: number;
  readonly #now: () => number;
  readonly #counts = Array.from({ length: SECONDS }, () => 0);
  #sum = 0;
  #first = -1;
  #last = -1;

  /** `now`: in milliseconds, and never goes back. */
  constructor(limit: number, now: () => number = () => performance.now()) {
    this.#limit = limit;
    this.#now = now;
  }

  /** Counts, unless that is more than the limit. */
  take(count = 1): boolean {
    if (!this.allows(count)) return false;
    const second = this.#last;
    this.#counts[second % SECONDS] = (this.#counts[second % SECONDS] ?? 0) + count;
    this.#sum += count;
    return true;
  }

  allows(count: number): boolean {
    this.#advance();
    const seconds = Math.min(SECONDS, this.#last - this.#first + 1);
    return this.#sum + count <= this.#limit * seconds;
  }

  perSecond(): number {
    this.#advance();
    return this.#counts[(this.#last + SECONDS - 1) % SECONDS] ?? 0;
  }

  #advance(): void {
    const second = Math.floor(this.#now() / 1000);
    if (this.#last === -1) this.#first = this.#last = second;
    const passed = Math.min(SECONDS, second - this.#last);
    for (let back = 0; back < passed; back += 1) {
      const slot = (second - back) % SECONDS;
      this.#sum -= this.#counts[slot] ?? 0;
      this.#counts[slot] = 0;
    }
    this.#last = second;
  }
}
