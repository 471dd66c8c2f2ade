import { describe, expect, it } from 'vitest';
import { lastDue } from './backup-schedule.ts';

describe('a daily backup', () => {
  it.each([
    ['04:00:00', '2026-03-01T05:00:00Z', '2026-03-01T04:00:00Z'],
    ['04:00:00', '2026-03-01T04:00:00Z', '2026-03-01T04:00:00Z'],
    ['04:00:00', '2026-03-01T03:59:59Z', '2026-02-28T04:00:00Z'],
    ['23:59:59', '2026-01-01T00:00:00Z', '2025-12-31T23:59:59Z'],
  ])('for %s was last due, at %s, on %s', (schedule_for, now, due) => {
    expect(lastDue({ schedule_for }, new Date(now))).toEqual(new Date(due));
  });
});
