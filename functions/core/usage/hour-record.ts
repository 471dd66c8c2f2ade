import { z } from 'zod';
import type { JsonObject } from '../kernel/json.ts';
import { onceParsed } from '../kernel/once-parsed.ts';
import { type Amounts, addedUp, amountsOf, entriesOf, isMeter, kindOf, together } from './meters.ts';
import { type Hour, hourSchema } from './period.ts';

/** A meter that a later version knows and this one does not is kept by nobody and read by nobody. */
const amountsSchema = z
  .record(z.string(), z.number().nonnegative())
  .transform((read): Amounts =>
    amountsOf(
      Object.entries(read).flatMap(([name, value]) => (isMeter(name) ? [[name, value] as const] : [])),
    ),
  );

const hourRecordSchema = z.object({ parts: z.record(z.string(), amountsSchema) });

/** What is known of one hour of a project, by who has counted it: so that nobody overwrites what others have. */
export type HourRecord = z.infer<typeof hourRecordSchema>;

export const NOTHING_YET: HourRecord = { parts: {} };

export const readHour = onceParsed<HourRecord>(hourRecordSchema);

/** The hour's meters, over all who count. */
export function metersOf({ parts }: HourRecord): Amounts {
  return Object.values(parts).reduce(together, {});
}

const monthRecordSchema = z.object({
  /** Of every hour of the month that has any; levels times hours. */
  totals: amountsSchema,
  /** Of each level, what the latest hour that has one says. */
  levels: z.record(z.string(), z.object({ hour: hourSchema, amount: z.number().nonnegative() })),
});

export type MonthRecord = z.infer<typeof monthRecordSchema>;

export const EMPTY_MONTH: MonthRecord = { totals: {}, levels: {} };

export const readMonth = onceParsed<MonthRecord>(monthRecordSchema);

/** The month after one of its hours has become `after` in place of `before`, which is never more. */
export function monthAfter(month: MonthRecord, hour: Hour, before: Amounts, after: Amounts): MonthRecord {
  const risen = amountsOf(
    entriesOf(after).map(([meter, amount]) => [
      meter,
      kindOf(meter) === 'peak' ? amount : amount - (before[meter] ?? 0),
    ]),
  );
  const levels = { ...month.levels };
  for (const [meter, amount] of entriesOf(after)) {
    const known = levels[meter];
    if (kindOf(meter) === 'level' && (known === undefined || hour >= known.hour))
      levels[meter] = { hour, amount };
  }
  return { totals: addedUp(month.totals, risen), levels };
}

/** Of each level what it was in the latest hour that tells. */
export function latestLevels({ levels }: MonthRecord): Amounts {
  return amountsOf(
    Object.entries(levels).flatMap(([name, { amount }]) => (isMeter(name) ? [[name, amount] as const] : [])),
  );
}

export const asData = (record: HourRecord | MonthRecord): JsonObject => ({ ...record });
