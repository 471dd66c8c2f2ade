import type { Clock } from '../kernel/clock.port.ts';
import { type Limit, type Slots, liveSlots, secondsUntilFree, slotOf, totalOf } from './sliding-window.ts';
import type { Pass } from './rate-limiter.ts';

/** Addresses that are remembered; past that the one that was seen first is forgotten. */
const MOST = 10_000;

/** Limits those of whom nothing is known but an address, in this process alone: they get nothing that costs much. */
export class AddressLimiter {
  readonly #limit: Limit;
  readonly #clock: Clock;
  readonly #seen = new Map<string, Slots>();

  constructor(limit: Limit, clock: Clock) {
    this.#limit = limit;
    this.#clock = clock;
  }

  take(address: string): Pass {
    const now = this.#clock.now();
    const slots = liveSlots(this.#seen.get(address) ?? {}, this.#limit, now);
    const free = this.#limit.requests - totalOf(slots);
    const { requests: limit } = this.#limit;
    const reset = secondsUntilFree(slots, this.#limit, now);
    if (free <= 0) return { allowed: false, limit, remaining: 0, reset };
    const slot = slotOf(this.#limit, now);
    const [first] = this.#seen.keys();
    if (this.#seen.size >= MOST && first !== undefined) this.#seen.delete(first);
    this.#seen.set(address, { ...slots, [slot]: (slots[slot] ?? 0) + 1 });
    return { allowed: true, limit, remaining: free - 1, reset };
  }
}
