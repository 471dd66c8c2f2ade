import { z } from 'zod';

const HOUR_MS = 3_600_000;

/** An hour in UTC, as `2026-01-31T05`: the smallest part of time that is metered. */
export const hourSchema = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}T\d{2}$/)
  .brand('Hour');
export type Hour = z.infer<typeof hourSchema>;

/** A calendar month in UTC, as `2026-01`: what is billed at once. */
export const monthSchema = z
  .string()
  .regex(/^\d{4}-(0[1-9]|1[0-2])$/, 'must be a month such as 2026-01')
  .brand('Month');
export type Month = z.infer<typeof monthSchema>;

export const hourOf = (at: Date): Hour => hourSchema.parse(at.toISOString().slice(0, 13));

export const monthOf = (at: Date): Month => monthSchema.parse(at.toISOString().slice(0, 7));

export const monthOfHour = (hour: Hour): Month => monthSchema.parse(hour.slice(0, 7));

export const startOfHour = (hour: Hour): Date => new Date(`${hour}:00:00.000Z`);

export const startOfMonth = (month: Month): Date => new Date(`${month}-01T00:00:00.000Z`);

export function nextMonth(month: Month): Month {
  const start = startOfMonth(month);
  return monthOf(new Date(Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + 1, 1)));
}

export function previousMonth(month: Month): Month {
  return monthOf(new Date(startOfMonth(month).getTime() - 1));
}

export const endOfMonth = (month: Month): Date => startOfMonth(nextMonth(month));

/** 672 to 744. */
export function hoursIn(month: Month): number {
  return (endOfMonth(month).getTime() - startOfMonth(month).getTime()) / HOUR_MS;
}

/** The hours that some part of the time from `start` up to and without `end` is in, oldest first. */
export function hoursBetween(start: Date, end: Date): readonly Hour[] {
  const hours: Hour[] = [];
  const first = Math.floor(start.getTime() / HOUR_MS) * HOUR_MS;
  for (let at = first; at < end.getTime(); at += HOUR_MS) hours.push(hourOf(new Date(at)));
  return hours;
}
