/** So many requests in any so many seconds. */
export interface Limit {
  readonly requests: number;
  readonly seconds: number;
}

/** Requests by the slot of time that they came in. */
export type Slots = Readonly<Record<string, number>>;

/** A request counts until its whole slot is out of the window: that is never too early, and a twelfth late at most. */
const SLOTS = 12;

const lengthOf = ({ seconds }: Limit) => (seconds * 1000) / SLOTS;

export const slotOf = (limit: Limit, now: Date): number => Math.floor(now.getTime() / lengthOf(limit));

/** What still counts. */
export function liveSlots(slots: Slots, limit: Limit, now: Date): Slots {
  const oldest = slotOf(limit, now) - SLOTS;
  return Object.fromEntries(
    Object.entries(slots).filter(([slot, count]) => Number(slot) >= oldest && count > 0),
  );
}

export function totalOf(slots: Slots): number {
  return Object.values(slots).reduce((sum, count) => sum + count, 0);
}

/** Seconds until the oldest of what counts does no more; at least one. */
export function secondsUntilFree(slots: Slots, limit: Limit, now: Date): number {
  const oldest = Math.min(...Object.keys(slots).map(Number), slotOf(limit, now));
  const free = (oldest + SLOTS + 1) * lengthOf(limit);
  return Math.max(1, Math.ceil((free - now.getTime()) / 1000));
}
