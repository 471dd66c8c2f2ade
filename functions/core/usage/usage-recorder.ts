import type { Clock } from '../kernel/clock.port.ts';
import type { ProjectRef } from '../kernel/ids.ts';
import { type Meter, amountsOf } from './meters.ts';
import { type Hour, hourOf } from './period.ts';
import { recordUsage } from './record-usage.ts';
import type { UsageStore } from './usage-store.ts';

/** Projects whose usage one flush writes; the others wait for the next. */
const MAX_FLUSHED = 500;

interface Parts {
  readonly usage: UsageStore;
  readonly clock: Clock;
  /** Of this process and no other that ever ran. */
  readonly writer: string;
}

interface Counted {
  readonly ref: ProjectRef;
  readonly hour: Hour;
  readonly meters: Map<Meter, number>;
  dirty: boolean;
}

/**
 * Counts in memory what passes through this process, so that each request costs some additions; the table gets the
 * totals of each hour at the rate of `flush`. A crash loses what was counted since the last one, and nothing twice.
 */
export class UsageRecorder {
  readonly #parts: Parts;
  readonly #counted = new Map<string, Counted>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  add(ref: ProjectRef, meter: Meter, amount: number): void {
    const hour = hourOf(this.#parts.clock.now());
    const name = `${ref}${hour}`;
    let counted = this.#counted.get(name);
    if (counted === undefined) {
      counted = { ref, hour, meters: new Map(), dirty: true };
      this.#counted.set(name, counted);
    }
    counted.meters.set(meter, (counted.meters.get(meter) ?? 0) + amount);
    counted.dirty = true;
  }

  async flush(limit = MAX_FLUSHED): Promise<void> {
    const now = hourOf(this.#parts.clock.now());
    const dirty = [...this.#counted].filter(([, { dirty: is }]) => is);
    for (const [name, counted] of dirty.slice(0, limit)) {
      const { ref, hour, meters } = counted;
      const { usage, writer } = this.#parts;
      counted.dirty = false;
      try {
        await recordUsage({ ref, hour, writer, totals: amountsOf(meters) }, { usage });
      } catch (error) {
        counted.dirty = true;
        throw error;
      }
      // Whatever comes is of a later hour.
      if (hour < now && !counted.dirty) this.#counted.delete(name);
    }
  }
}
