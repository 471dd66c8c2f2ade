import type { ProjectRef } from '../../functions/core/kernel/ids.ts';

export interface SeatLimits {
  readonly ofProject: number;
  readonly ofAll: number;
}

/** How many sessions there are. */
export class Seats {
  readonly #limits: SeatLimits;
  readonly #taken = new Map<ProjectRef, number>();
  #all = 0;

  constructor(limits: SeatLimits) {
    this.#limits = limits;
  }

  get taken(): number {
    return this.#all;
  }

  /** The way to give the seat back; undefined: there is none left. */
  take(ref: ProjectRef): (() => void) | undefined {
    const taken = this.#taken.get(ref) ?? 0;
    if (taken >= this.#limits.ofProject || this.#all >= this.#limits.ofAll) return undefined;
    this.#taken.set(ref, taken + 1);
    this.#all += 1;
    return () => {
      const left = (this.#taken.get(ref) ?? 1) - 1;
      if (left > 0) this.#taken.set(ref, left);
      else this.#taken.delete(ref);
      this.#all -= 1;
    };
  }
}
