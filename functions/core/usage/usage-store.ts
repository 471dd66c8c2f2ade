import { TransientError } from '../kernel/errors.ts';
import type { ProjectRef } from '../kernel/ids.ts';
import type { Key, Table, Write } from '../kernel/table.port.ts';
import { usagePartition } from '../project/metered-project.ts';
import {
  EMPTY_MONTH,
  type HourRecord,
  type MonthRecord,
  NOTHING_YET,
  asData,
  metersOf,
  monthAfter,
  readHour,
  readMonth,
} from './hour-record.ts';
import { type Amounts, addedUp } from './meters.ts';
import { type Hour, type Month, endOfMonth, hourSchema, monthOfHour } from './period.ts';

/** Each failed attempt means that another count got through, so that it takes many counters for all to fail. */
const ATTEMPTS = 25;

/** Hours are kept for a little more than a year, months for good. */
const HOURS_KEPT_SECONDS = 400 * 24 * 3600;

const hourKey = (ref: ProjectRef, hour: Hour): Key => ({ pk: usagePartition(ref), sk: `HOUR#${hour}` });
const monthKey = (ref: ProjectRef, month: Month): Key => ({ pk: usagePartition(ref), sk: `MONTH#${month}` });

/** What is written together with an hour, by whoever must not count it again. */
interface Alongside {
  readonly writes: readonly Write[];
}

/** What becomes of an hour; undefined: it is counted already. */
export type HourChange = (
  record: HourRecord,
) => Promise<(Alongside & { readonly record: HourRecord }) | undefined>;

/**
 * The meters of projects by the hour, and their totals by the month. An hour changes in one transaction with its
 * month, on the versions that both were read in: the totals are those of the hours at any time, however many count at
 * once and wherever one of them dies.
 */
export class UsageStore {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  /** @throws {TransientError} so many count this project at once that this one did not get through */
  async change(ref: ProjectRef, hour: Hour, change: HourChange): Promise<void> {
    const place = monthKey(ref, monthOfHour(hour));
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const [hourItem, monthItem] = await Promise.all([
        this.#table.get(hourKey(ref, hour)),
        this.#table.get(place),
      ]);
      const before = hourItem === undefined ? NOTHING_YET : readHour(hourItem.data);
      const changed = await change(before);
      if (changed === undefined) return;
      const month = monthAfter(
        monthItem === undefined ? EMPTY_MONTH : readMonth(monthItem.data),
        hour,
        metersOf(before),
        metersOf(changed.record),
      );
      const written = await this.#table.write([
        {
          kind: 'put',
          if: hourItem === undefined ? 'absent' : { version: hourItem.version },
          item: { ...hourKey(ref, hour), expires_at: expiryOf(hour), data: asData(changed.record) },
        },
        {
          kind: 'put',
          if: monthItem === undefined ? 'absent' : { version: monthItem.version },
          item: { ...place, data: asData(month) },
        },
        ...changed.writes,
      ]);
      if (written.ok) return;
    }
    throw new TransientError(`Too many count the usage of ${ref} at once.`);
  }

  async month(ref: ProjectRef, month: Month): Promise<MonthRecord> {
    const item = await this.#table.get(monthKey(ref, month));
    return item === undefined ? EMPTY_MONTH : readMonth(item.data);
  }

  async hour(ref: ProjectRef, hour: Hour): Promise<Amounts> {
    const item = await this.#table.get(hourKey(ref, hour));
    return item === undefined ? {} : metersOf(readHour(item.data));
  }

  /** The hours of a month that have any, oldest first. */
  async hours(
    ref: ProjectRef,
    month: Month,
  ): Promise<readonly { readonly hour: Hour; readonly amounts: Amounts }[]> {
    const range = { pk: usagePartition(ref), prefix: `HOUR#${month}`, limit: 1000 };
    const found = [];
    let cursor: string | undefined;
    do {
      const page = await this.#table.query({ ...range, ...(cursor === undefined ? {} : { cursor }) });
      for (const { sk, data } of page.items) {
        found.push({ hour: hourSchema.parse(sk.slice('HOUR#'.length)), amounts: metersOf(readHour(data)) });
      }
      cursor = page.cursor;
    } while (cursor !== undefined);
    return found;
  }

  /** A month's totals made anew from its hours: what `month` must say. */
  async recomputed(ref: ProjectRef, month: Month): Promise<Amounts> {
    return (await this.hours(ref, month)).map(({ amounts }) => amounts).reduce(addedUp, {});
  }
}

const expiryOf = (hour: Hour) =>
  Math.floor(endOfMonth(monthOfHour(hour)).getTime() / 1000) + HOURS_KEPT_SECONDS;
