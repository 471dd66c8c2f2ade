import { type Amounts, amountsOf, computeHoursOf } from './meters.ts';
import { type Hour, type Month, endOfMonth, hoursBetween, startOfMonth } from './period.ts';
import type { Run } from '../project/runs.ts';

const later = (one: Date, other: Date) => (one > other ? one : other);
const earlier = (one: Date, other: Date) => (one < other ? one : other);

/** The hours of a stretch of time that the project ran in, for however little of them. */
export function hoursRun(runs: readonly Run[], from: Date, to: Date): ReadonlySet<Hour> {
  return new Set(runs.flatMap(({ start, end = to }) => hoursBetween(later(start, from), earlier(end, to))));
}

/** As Supabase counts them: each hour that the project ran in is a whole one, of each size that it ran with. */
export function computeHours(
  runs: readonly Run[],
  { from, to }: { readonly from: Date; readonly to: Date },
  /** Whether the hour is to be counted. */
  counts: (hour: Hour) => boolean = () => true,
): Amounts {
  const bySize = Map.groupBy(runs, ({ size }) => size);
  return amountsOf(
    Array.from(bySize, ([size, ofSize]) => [
      computeHoursOf(size),
      [...hoursRun(ofSize, from, to)].filter(counts).length,
    ]),
  );
}

/** A month as far as it has come. */
export const monthUntil = (month: Month, now: Date) => ({
  from: startOfMonth(month),
  to: earlier(endOfMonth(month), now),
});
