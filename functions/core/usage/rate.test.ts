import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Plan } from '../../contract/plans.ts';
import { projectRefSchema } from '../kernel/ids.ts';
import { METERS, type Amounts } from './meters.ts';
import { hoursBetween, monthSchema, startOfMonth, endOfMonth } from './period.ts';
import { plansByHour } from './plan-periods.ts';
import { centsFor } from './prices.ts';
import { type RatedProject, rate } from './rate.ts';
import { shareOut } from './share-out.ts';

const JANUARY = monthSchema.parse('2026-01');
const GB = 1024 ** 3;

const wholeMonth = (plan: Plan) =>
  new Map(hoursBetween(startOfMonth(JANUARY), endOfMonth(JANUARY)).map((hour) => [hour, plan] as const));

const refOf = (at: number) => projectRefSchema.parse('abcdefghijklmnopqrs' + 'abcdefghij'.charAt(at));

const project = (
  at: number,
  totals: Amounts,
  compute: Amounts = { compute_hours_micro: 744 },
): RatedProject => ({
  ref: refOf(at),
  name: `Project ${at + 1}`,
  totals,
  compute,
});

const bill = (projects: readonly RatedProject[], plan: Plan = 'pro') =>
  rate({ month: JANUARY, plans: wholeMonth(plan), projects });
const centsOf = (projects: readonly RatedProject[], item: string) =>
  bill(projects)
    .lines.filter((line) => line.item === item)
    .map(({ cents }) => cents);

describe("Supabase's own examples", () => {
  it('one project on Micro: 25 dollars', () => {
    expect(bill([project(0, {})]).total_cents).toBe(2500);
  });

  it('three projects on Micro: 45', () => {
    expect(bill([0, 1, 2].map((at) => project(at, {}))).total_cents).toBe(4500);
  });

  it('parts of a month: 0.27 for 20 hours, 0.94 for 70', () => {
    const hours = [744, 20, 70].map((compute_hours_micro, at) => project(at, {}, { compute_hours_micro }));
    expect(centsOf(hours, 'compute')).toEqual([1000, 27, 94]);
    expect(bill(hours).total_cents).toBe(2621);
  });

  it.each([
    ['realtime_messages', { realtime_messages: 8_500_000 }, 1000],
    ['realtime_messages', { realtime_messages: 5_000_000 }, 0],
    ['realtime_messages', { realtime_messages: 5_000_001 }, 250],
    ['realtime_peak_connections', { realtime_peak_connections: 1700 }, 2000],
    ['function_invocations', { function_invocations: 3_400_000 }, 400],
    ['monthly_active_users', { monthly_active_users: 160_000 }, 19_500],
    ['disk_size', { database_bytes: 50 * GB * 744 }, 534],
    ['storage_size', { storage_bytes: 357 * GB * 744 }, 558],
    ['egress', { egress_bytes_rest: 251 * GB, egress_bytes_storage: 49 * GB }, 450],
  ] as const)('%s of %o costs %i cents', (item, totals, cents) => {
    expect(centsOf([project(0, totals)], item)).toEqual([cents]);
  });
});

describe('a bill', () => {
  const amounts = fc
    .array(
      fc.tuple(fc.constantFrom(...METERS.filter((name) => !name.startsWith('compute'))), fc.nat(2 ** 45)),
      { maxLength: 12 },
    )
    .map((pairs): Amounts => Object.fromEntries(pairs));
  const projects = fc
    .array(fc.tuple(amounts, fc.nat(744)), { maxLength: 6 })
    .map((all) =>
      all.map(([totals, compute_hours_small], at) => project(at, totals, { compute_hours_small })),
    );

  it('is the sum of its lines, and what its projects brought about is all of it but the plan and the credits', () => {
    fc.assert(
      fc.property(projects, fc.constantFrom<Plan>('free', 'pro', 'team', 'enterprise'), (all, plan) => {
        const { lines, total_cents, projects: shares } = bill(all, plan);
        const sum = (of: readonly { readonly cents: number }[]) =>
          of.reduce((total, { cents }) => total + cents, 0);
        expect(sum(lines)).toBe(total_cents);
        const own = lines.filter(({ item }) => item === 'plan' || item === 'compute_credits');
        expect(sum(shares)).toBe(total_cents - sum(own));
        for (const { cents } of shares) expect(cents).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it('never asks anything for usage of a plan that refuses it, nor of a contract', () => {
    fc.assert(
      fc.property(projects, fc.constantFrom<Plan>('free', 'enterprise'), (all, plan) => {
        const free = all.map((each) => ({ ...each, compute: {} }));
        expect(bill(free, plan).total_cents).toBe(0);
      }),
    );
  });

  it('does not fall when more is used', () => {
    fc.assert(
      fc.property(projects, fc.constantFrom(...METERS), fc.nat(2 ** 40), (all, meter, more) => {
        const [first, ...rest] = all;
        if (first === undefined || meter.startsWith('compute')) return;
        const totals = { ...first.totals, [meter]: (first.totals[meter] ?? 0) + more };
        expect(bill([{ ...first, totals }, ...rest]).total_cents).toBeGreaterThanOrEqual(
          bill(all).total_cents,
        );
      }),
    );
  });
});

describe('a plan that changes', () => {
  const changes = [
    { at: '2026-01-11T10:30:00.000Z', from: 'free', to: 'pro' },
    { at: '2026-01-31T23:59:00.000Z', from: 'pro', to: 'free' },
  ] as const;

  it('is paid for the hours that it was had in', () => {
    const plans = plansByHour('free', changes, JANUARY);
    const paid = [...plans.values()].filter((plan) => plan === 'pro').length;
    expect(paid).toBe(744 - 250);
    const { lines } = rate({ month: JANUARY, plans, projects: [] });
    expect(lines.find(({ item }) => item === 'plan')?.cents).toBe(Math.round((2500 * 494) / 744));
  });

  it('does not rid anybody of what was used while it was had', () => {
    const plans = plansByHour('free', changes, JANUARY);
    const { total_cents, plan } = rate({
      month: JANUARY,
      plans,
      projects: [project(0, { egress_bytes_rest: 350 * GB }, {})],
    });
    expect(plan).toBe('pro');
    expect(total_cents).toBe(Math.round((2500 * 494) / 744) + 900);
  });

  it('is that of the last change before the month', () => {
    const february = monthSchema.parse('2026-02');
    expect(new Set(plansByHour('team', changes, february).values())).toEqual(new Set(['free']));
    expect(new Set(plansByHour('team', changes, monthSchema.parse('2025-12')).values())).toEqual(
      new Set(['free']),
    );
    expect(new Set(plansByHour('team', [], february).values())).toEqual(new Set(['team']));
  });
});

it('rounds to the cent, half a cent up, without the error of floating point', () => {
  const price = { nanodollars: 5_000_000, per: 1, packaged: false };
  expect([1, 2, 3].map((quantity) => centsFor(quantity, price))).toEqual([1, 1, 2]);
  expect(centsFor(2 ** 53, { nanodollars: 90_000_000, per: GB, packaged: false })).toBe(75_497_472);
});

it('shares out all of it, to nobody more than a unit beyond their part', () => {
  fc.assert(
    fc.property(
      fc.nat(1_000_000),
      fc.array(fc.nat(2 ** 45), { minLength: 1, maxLength: 8 }),
      (whole, weights) => {
        const total = weights.reduce((sum, weight) => sum + weight, 0);
        const shares = shareOut(whole, weights);
        expect(shares.reduce((sum, share) => sum + share, 0)).toBe(total === 0 ? 0 : whole);
        shares.forEach((share, at) => {
          if (total > 0)
            expect(Math.abs(share - (whole * (weights[at] ?? 0)) / total)).toBeLessThanOrEqual(1);
        });
      },
    ),
  );
});
