/** How many prepared stacks there are at least, and how many they may cost. */
export interface PoolBounds {
  readonly floor: number;
  readonly ceiling: number;
}

/** So far back demand is looked at: who creates projects in a row, in a test for example, goes on for minutes. */
export const DEMAND_MS = 30 * 60_000;

/** A prepared stack that was taken is replaced within this time, even on a machine that is busy. */
const REFILL_MS = 60_000;

/**
 * How many stacks to keep prepared: as many as were ever wanted lately before those that had been taken could have been
 * replaced. `taken`: when projects were created, oldest first, in milliseconds.
 */
export function poolSize(taken: readonly number[], now: number, { floor, ceiling }: PoolBounds): number {
  const lately = taken.filter((at) => at > now - DEMAND_MS);
  const most = lately.reduce((greatest, at, first) => {
    const wanted = lately.slice(first).filter((other) => other < at + REFILL_MS).length;
    return Math.max(greatest, wanted);
  }, 0);
  return Math.max(floor, Math.min(ceiling, most));
}
