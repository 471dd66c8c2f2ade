import type { Plan } from '../../contract/plans.ts';
import type { ProjectRef } from '../kernel/ids.ts';
import { PLAN_LIMITS } from '../organization/plans.ts';
import { BILLING_ITEMS, BILLING_ITEM_NAMES, type BillingItem } from './billing-items.ts';
import type { Amounts } from './meters.ts';

export interface StandingProject {
  readonly ref: ProjectRef;
  /** Of the month so far. */
  readonly totals: Amounts;
  /** Of what has a size, the latest one. */
  readonly levels: Amounts;
}

/** How much of what its plan includes an organization has used. */
export interface Standing {
  readonly item: BillingItem;
  readonly used: number;
  /** Null: without limit. */
  readonly limit: number | null;
  /** Rounded down, so that 100 is the limit and no less; null: without limit. */
  readonly percent: number | null;
  /** Where each project has the limit for itself: the one that comes nearest. */
  readonly project: ProjectRef | null;
  /** The projects that are past the limit, or share in its being passed. */
  readonly over: readonly ProjectRef[];
}

/** Sizes stand as they are now; what happens is of the month. */
export function standingsOf(plan: Plan, projects: readonly StandingProject[]): readonly Standing[] {
  return BILLING_ITEM_NAMES.map((item) => standingOf(item, plan, projects));
}

function standingOf(item: BillingItem, plan: Plan, projects: readonly StandingProject[]): Standing {
  const { meters, included, hourly, scope } = BILLING_ITEMS[item];
  const limit = included(PLAN_LIMITS[plan]);
  const used = projects.map(({ ref, totals, levels }) => {
    const of = hourly ? levels : totals;
    return { ref, amount: meters.reduce((sum, meter) => sum + (of[meter] ?? 0), 0) };
  });
  const passed = (amount: number) => limit !== null && amount > limit;
  if (scope === 'project') {
    const nearest = used.toSorted((one, other) => other.amount - one.amount)[0];
    return {
      item,
      limit,
      ...against(nearest?.amount ?? 0, limit),
      project: nearest?.ref ?? null,
      over: used.filter(({ amount }) => passed(amount)).map(({ ref }) => ref),
    };
  }
  const total = used.reduce((sum, { amount }) => sum + amount, 0);
  return {
    item,
    limit,
    ...against(total, limit),
    project: null,
    over: passed(total) ? projects.map(({ ref }) => ref) : [],
  };
}

function against(used: number, limit: number | null) {
  // What a plan does not have at all is no share of anything.
  const percent = limit === null || limit === 0 ? null : Math.floor((used / limit) * 100);
  return { used, percent };
}
