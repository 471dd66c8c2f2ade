import { pick } from '../kills/seeded.ts';

const DAY_MS = 24 * 3600_000;

/** How often somebody uses a project; days are of the month. */
export interface Habit {
  readonly plan: 'free' | 'pro';
  readonly createdAtMs: number;
  /** Instants of its uses, from the month's beginning. */
  readonly uses: readonly number[];
}

type Random = () => number;

const between = (random: Random, from: number, to: number) => from + random() * (to - from);

/** How each kind of user goes about it, from a project's creation to the end of the month. */
const KINDS: Readonly<Record<string, (random: Random, from: number, end: number) => readonly number[]>> = {
  never: () => [],
  /** A week of work, and then it is forgotten. */
  forgets: (random, from, end) =>
    spread(random, from, Math.min(end, from + between(random, 1, 6) * DAY_MS), 30),
  /** With pauses in between that are on either side of a week. */
  now_and_then(random, from, end) {
    const uses: number[] = [];
    for (let at = from; at < end; at += between(random, 0.2, 12) * DAY_MS) uses.push(at + 1);
    return uses;
  },
  /** Just before it would be paused, every time. */
  just_in_time(random, from, end) {
    const uses: number[] = [];
    for (let at = from; at < end; at += 7 * DAY_MS - between(random, 60_000, 3 * 3600_000)) uses.push(at + 1);
    return uses;
  },
  daily: (random, from, end) => spread(random, from, end, Math.max(2, ((end - from) / DAY_MS) * 3)),
};

function spread(random: Random, from: number, to: number, count: number): readonly number[] {
  return Array.from({ length: Math.floor(count) }, () => Math.floor(between(random, from + 1, to)));
}

const KIND_NAMES = Object.keys(KINDS);

/** `count` projects, one in ten on a plan that never pauses. */
export function tenants(count: number, monthMs: number, random: Random): readonly Habit[] {
  return Array.from({ length: count }, (_, at) => {
    const plan = at % 10 === 0 ? 'pro' : 'free';
    const createdAtMs = Math.floor(between(random, 0.05, 0.95) * monthMs);
    const kind = KINDS[pick(random, KIND_NAMES)];
    const uses = kind?.(random, createdAtMs, monthMs) ?? [];
    return { plan, createdAtMs, uses: uses.filter((use) => use < monthMs).toSorted((a, b) => a - b) };
  });
}
