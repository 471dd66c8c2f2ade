import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '../kernel/clock.port.ts';
import type { ProjectRef } from '../kernel/ids.ts';
import type { Item, Key, Table, Write } from '../kernel/table.port.ts';
import { usagePartition } from '../project/metered-project.ts';
import { type HourRecord } from './hour-record.ts';
import { type Amounts, amountsOf, entriesOf, higher, isMeter, kindOf, together } from './meters.ts';
import { type Hour, hourOf } from './period.ts';
import type { UsageStore } from './usage-store.ts';

export interface RecordPorts {
  readonly usage: UsageStore;
  readonly table: Table;
  readonly clock: Clock;
}

const partOf = ({ parts }: HourRecord, writer: string): Amounts => parts[writer] ?? {};

const withPart = ({ parts }: HourRecord, writer: string, amounts: Amounts): HourRecord => ({
  parts: { ...parts, [writer]: amounts },
});

const same = (one: Amounts, other: Amounts) =>
  JSON.stringify(entriesOf(one)) === JSON.stringify(entriesOf(other));

/** What a writer has counted of an hour so far, all of it: to say it again, late or out of order changes nothing. */
export interface HourTotals {
  readonly ref: ProjectRef;
  readonly hour: Hour;
  /** Never the name of one that has counted before and has forgotten what: a process has a new one at each start. */
  readonly writer: string;
  readonly totals: Amounts;
}

export function recordUsage(
  { ref, hour, writer, totals }: HourTotals,
  { usage }: Pick<RecordPorts, 'usage'>,
): Promise<void> {
  return usage.change(ref, hour, async (record) => {
    const known = partOf(record, writer);
    const next = higher(known, totals);
    return same(known, next) ? undefined : { record: withPart(record, writer, next), writes: [] };
  });
}

/** Something that was logged once and may be delivered several times. */
export interface UsageEvent {
  readonly id: string;
  readonly at: Date;
  readonly amounts: Amounts;
}

/** Of one log: two that are delivered at once are not to wait for each other. */
const MARKED_MS = 5_000;

/** CloudWatch Logs delivers again for a day at most. */
const MARKS_KEPT_SECONDS = 3 * 24 * 3600;

/** As many marks as one transaction has room for beside the hour and its month, each being up to 400 KB of 4 MB. */
const MARKS_AT_ONCE = 8;

const marksSchema = z.object({ ids: z.string() });

/** 64 bits: of 30,000 events no two share one, in 10¹⁰ tries. */
const MARK_LENGTH = 11;
const markOf = (id: string) => createHash('sha256').update(id).digest('base64url').slice(0, MARK_LENGTH);

/** Adds up what of these events has not been added yet, each in the hour that it happened in. */
export async function recordEvents(
  ref: ProjectRef,
  log: string,
  events: readonly UsageEvent[],
  ports: RecordPorts,
): Promise<void> {
  for (const [hour, inHour] of Map.groupBy(events, ({ at }) => hourOf(at))) {
    const places = [...Map.groupBy(inHour, ({ at }) => Math.floor(at.getTime() / MARKED_MS))];
    for (let start = 0; start < places.length; start += MARKS_AT_ONCE) {
      const chunk = places
        .slice(start, start + MARKS_AT_ONCE)
        .map(([place, marked]) => ({ key: marksKey(ref, log, place), events: marked }));
      await recordMarked(ref, hour, chunk, ports);
    }
  }
}

interface Marked {
  readonly key: Key;
  readonly events: readonly UsageEvent[];
}

const marksKey = (ref: ProjectRef, log: string, place: number): Key => ({
  pk: usagePartition(ref),
  sk: `SEEN#${new Date(place * MARKED_MS).toISOString()}#${log}`,
});

function recordMarked(
  ref: ProjectRef,
  hour: Hour,
  chunk: readonly Marked[],
  { usage, table, clock }: RecordPorts,
): Promise<void> {
  const expires_at = Math.floor(clock.now().getTime() / 1000) + MARKS_KEPT_SECONDS;
  return usage.change(ref, hour, async (record) => {
    const read = await Promise.all(
      chunk.map(async ({ key, events }) => unmarked(key, events, await table.get(key))),
    );
    const fresh = read.filter(({ added }) => added.length > 0);
    if (fresh.length === 0) return undefined;
    const amounts = fresh
      .flatMap(({ added }) => added)
      .reduce((sum, each) => together(sum, each.amounts), partOf(record, LOGGED));
    const writes = fresh.map(({ key, ids, version }): Write => ({
      kind: 'put',
      if: version === undefined ? 'absent' : { version },
      item: { ...key, expires_at, data: { ids } },
    }));
    return { record: withPart(record, LOGGED, amounts), writes };
  });
}

const LOGGED = 'log';

/** Those of the events that the marks do not have, and the marks with them. */
function unmarked(key: Key, events: readonly UsageEvent[], item: Item | undefined) {
  let ids = item === undefined ? '' : marksSchema.parse(item.data).ids;
  const known = new Set<string>();
  for (let at = 0; at < ids.length; at += MARK_LENGTH) known.add(ids.slice(at, at + MARK_LENGTH));
  const added: UsageEvent[] = [];
  for (const event of events) {
    const mark = markOf(event.id);
    if (known.has(mark)) continue;
    known.add(mark);
    ids += mark;
    added.push(event);
  }
  return { key, ids, added, version: item?.version };
}

/** What a process has counted since it began, as it says itself. */
export interface Counters {
  /** When the process began, in ISO 8601: a later one begins again at nothing. */
  readonly epoch: string;
  readonly totals: Amounts;
}

const countersSchema = z.object({ epoch: z.string(), totals: z.record(z.string(), z.number()) });

const countersKey = (ref: ProjectRef, source: string): Key => ({
  pk: usagePartition(ref),
  sk: `COUNTERS#${source}`,
});

/** Adds what has been counted since the last reading to the hour of this one. Peaks are of the hour, not since a start. */
export function recordCounters(
  ref: ProjectRef,
  source: string,
  { epoch, totals }: Counters,
  { usage, table, clock }: RecordPorts,
): Promise<void> {
  const key = countersKey(ref, source);
  return usage.change(ref, hourOf(clock.now()), async (record) => {
    const item = await table.get(key);
    const before = item === undefined ? undefined : countersSchema.parse(item.data);
    // A reading that was on its way while its process was replaced.
    if (before !== undefined && before.epoch > epoch) return undefined;
    const known = before?.epoch === epoch ? readAmounts(before.totals) : {};
    const next = higher(known, sumsOf(totals));
    const part = partOf(record, source);
    const since = amountsOf(entriesOf(next).map(([meter, amount]) => [meter, amount - (known[meter] ?? 0)]));
    const counted = together(part, { ...peaksOf(totals), ...since });
    if (before?.epoch === epoch && same(part, counted)) return undefined;
    const data = { epoch, totals: Object.fromEntries(entriesOf(next)) };
    const write: Write = {
      kind: 'put',
      if: item === undefined ? 'absent' : { version: item.version },
      item: { ...key, data },
    };
    return { record: withPart(record, source, counted), writes: [write] };
  });
}

const readAmounts = (read: Readonly<Record<string, number>>): Amounts =>
  amountsOf(Object.entries(read).flatMap(([name, value]) => (isMeter(name) ? [[name, value] as const] : [])));

const sumsOf = (amounts: Amounts) =>
  amountsOf(entriesOf(amounts).filter(([meter]) => kindOf(meter) === 'sum'));
const peaksOf = (amounts: Amounts) =>
  amountsOf(entriesOf(amounts).filter(([meter]) => kindOf(meter) === 'peak'));
