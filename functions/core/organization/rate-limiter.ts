import { z } from 'zod';
import type { Clock } from '../kernel/clock.port.ts';
import { TransientError } from '../kernel/errors.ts';
import type { Table } from '../kernel/table.port.ts';
import { type Limit, liveSlots, secondsUntilFree, slotOf, totalOf } from './sliding-window.ts';

export interface Pass {
  readonly allowed: boolean;
  readonly limit: number;
  /** At least this many more can pass now. */
  readonly remaining: number;
  /** Seconds until some of what has passed counts no more. */
  readonly reset: number;
}

interface Lease {
  readonly slot: number;
  /** Passed from this process within the slot. */
  used: number;
  /** Taken from the table and not yet passed. */
  left: number;
  /** What nobody had taken when the table was last asked. */
  free: number;
  readonly reset: number;
}

const stateSchema = z.object({ slots: z.record(z.string(), z.number()) });

/** Each failed attempt means that another process took some. */
const ATTEMPTS = 50;

/** Subjects whose lease is remembered; past that the one that began first makes room, and what it had left is lost to it. */
const MOST = 10_000;

/**
 * Lets no more through than the limit, over all processes together. A process takes passes from the table in leases,
 * good for the slot of time that they are counted in: for as many as wait, or as it has let through lately,
 * but never more than a quarter of what is free. What is left over it gives back with its next lease.
 */
export class RateLimiter {
  readonly #table: Table;
  readonly #clock: Clock;
  readonly #limit: Limit;
  readonly #leases = new Map<string, Lease>();
  /** Who waits for the table, one after the other. */
  readonly #queues = new Map<string, { last: Promise<unknown>; waiting: number }>();

  constructor(limit: Limit, { table, clock }: { readonly table: Table; readonly clock: Clock }) {
    this.#limit = limit;
    this.#table = table;
    this.#clock = clock;
  }

  async take(subject: string): Promise<Pass> {
    const pass = this.#spend(subject);
    if (pass !== undefined) return pass;
    const queue = this.#queues.get(subject) ?? { last: Promise.resolve(), waiting: 0 };
    this.#queues.set(subject, queue);
    queue.waiting += 1;
    const turn = this.#after(queue.last, () => this.#spend(subject) ?? this.#lease(subject, queue.waiting));
    queue.last = turn;
    try {
      return await turn;
    } finally {
      queue.waiting -= 1;
      if (queue.waiting === 0) this.#queues.delete(subject);
    }
  }

  /** Whether what came before it went well or not. */
  async #after<T>(before: Promise<unknown>, work: () => T | Promise<T>): Promise<T> {
    await Promise.allSettled([before]);
    return work();
  }

  #spend(subject: string): Pass | undefined {
    const lease = this.#leases.get(subject);
    if (lease === undefined || lease.left === 0) return undefined;
    if (lease.slot !== slotOf(this.#limit, this.#clock.now())) return undefined;
    lease.left -= 1;
    lease.used += 1;
    return this.#pass(true, lease.free + lease.left, lease.reset);
  }

  async #lease(subject: string, waiting: number): Promise<Pass> {
    const key = { pk: `RATE#${subject}`, sk: 'WINDOW' };
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const item = await this.#table.get(key);
      const now = this.#clock.now();
      const slot = slotOf(this.#limit, now);
      const stored = item === undefined ? {} : stateSchema.parse(item.data).slots;
      const slots = liveSlots(this.#settled(subject, stored), this.#limit, now);
      const free = this.#limit.requests - totalOf(slots);
      const reset = secondsUntilFree(slots, this.#limit, now);
      if (free <= 0) return this.#pass(false, 0, reset);
      const used = this.#usedIn(slot, subject);
      const demand = Math.max(used, waiting, Math.floor(this.#usedIn(slot - 1, subject) / 2));
      const size = Math.max(1, Math.min(demand, Math.floor(free / 4)));
      const data = { slots: { ...slots, [slot]: (slots[slot] ?? 0) + size } };
      const expires_at = Math.ceil(now.getTime() / 1000) + 2 * this.#limit.seconds;
      const condition = item === undefined ? 'absent' : { version: item.version };
      const written = await this.#table.write([
        { kind: 'put', item: { ...key, expires_at, data }, if: condition },
      ]);
      if (!written.ok) continue;
      this.#keep(subject, { slot, used: used + 1, left: size - 1, free: free - size, reset });
      return this.#pass(true, free - 1, reset);
    }
    throw new TransientError('Too many requests at once ask whether they may pass.');
  }

  #usedIn(slot: number, subject: string): number {
    const lease = this.#leases.get(subject);
    return lease?.slot === slot ? lease.used : 0;
  }

  /** What the table says, less what this process had taken and not used. */
  #settled(subject: string, slots: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
    const lease = this.#leases.get(subject);
    const counted = lease && slots[lease.slot];
    if (lease === undefined || counted === undefined) return slots;
    return { ...slots, [lease.slot]: Math.max(lease.used, counted - lease.left) };
  }

  #keep(subject: string, lease: Lease): void {
    const [first] = this.#leases.keys();
    if (this.#leases.size >= MOST && first !== undefined) this.#leases.delete(first);
    this.#leases.delete(subject);
    this.#leases.set(subject, lease);
  }

  #pass(allowed: boolean, remaining: number, reset: number): Pass {
    return { allowed, limit: this.#limit.requests, remaining, reset };
  }
}
