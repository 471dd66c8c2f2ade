import { INSTANCE_SIZES } from '../../contract/regions.ts';
import { PLANS, type Plan } from '../../contract/plans.ts';
import type { ProjectRef } from '../kernel/ids.ts';
import { PLAN_LIMITS } from '../organization/plans.ts';
import { BILLING_ITEMS, BILLING_ITEM_NAMES, type BillingItem } from './billing-items.ts';
import { type Amounts, computeHoursOf } from './meters.ts';
import { type Hour, type Month, hoursIn } from './period.ts';
import { greatest } from './plan-periods.ts';
import { COMPUTE_CREDIT_CENTS, COMPUTE_PRICES, OVERAGE_PRICES, PLAN_FEE_CENTS, centsFor } from './prices.ts';
import { shareOut } from './share-out.ts';

export interface RatedProject {
  readonly ref: ProjectRef;
  readonly name: string;
  /** Of the month; without its compute. */
  readonly totals: Amounts;
  /** The compute hours that are paid for: those of a free plan are not. */
  readonly compute: Amounts;
}

export interface UsageToRate {
  readonly month: Month;
  readonly plans: ReadonlyMap<Hour, Plan>;
  readonly projects: readonly RatedProject[];
}

interface StatementLine {
  readonly item: 'plan' | 'compute' | 'compute_credits' | BillingItem;
  readonly description: string;
  /** Whose it is, where it is one project's. */
  readonly project: ProjectRef | null;
  readonly unit: string;
  readonly quantity: number;
  /** Null: without limit. */
  readonly included: number | null;
  readonly billed: number;
  readonly cents: number;
}

export interface Rated {
  readonly plan: Plan;
  readonly lines: readonly StatementLine[];
  readonly total_cents: number;
  /** What of the total each project has brought about; the plan and its credits are nobody's. */
  readonly projects: readonly { readonly ref: ProjectRef; readonly name: string; readonly cents: number }[];
}

/**
 * Makes a bill of meters, and of nothing else: the same usage makes the same bill whenever it is made. What goes beyond
 * a plan is measured by the greatest one of the month, so that nobody is rid of a bill by going back to a smaller one.
 */
export function rate({ month, plans, projects }: UsageToRate): Rated {
  const plan = greatest(plans.values());
  const compute = projects.flatMap(computeLines);
  const overages = BILLING_ITEM_NAMES.flatMap((item) => overageLines(item, plan, hoursIn(month), projects));
  const credits = creditLines(plans, month, sumOf(compute));
  const lines = [...planLines(plans, month), ...compute, ...credits, ...overages.map(({ line }) => line)];
  const shares = [
    ...compute.map(({ project, cents }) => ({ ref: project, cents })),
    ...overages.flatMap(({ shares: own }) => own),
  ];
  const cents = (ref: ProjectRef) => sumOf(shares.filter((share) => share.ref === ref));
  return {
    plan,
    lines,
    total_cents: sumOf(lines),
    projects: projects.map(({ ref, name }) => ({ ref, name, cents: cents(ref) })),
  };
}

const sumOf = (lines: readonly { readonly cents: number }[]) =>
  lines.reduce((sum, { cents }) => sum + cents, 0);

const title = (plan: Plan) => `${plan.charAt(0).toUpperCase()}${plan.slice(1)} Plan`;

/** For the hours of the month that it was had. */
function planLines(plans: UsageToRate['plans'], month: Month): readonly StatementLine[] {
  return PLANS.flatMap((plan) => {
    const hours = hoursOn(plan, plans);
    const cents = partOf(PLAN_FEE_CENTS[plan], hours, month);
    return cents === 0
      ? []
      : [
          line({
            item: 'plan',
            description: title(plan),
            unit: 'hours',
            quantity: hours,
            billed: hours,
            cents,
          }),
        ];
  });
}

const hoursOn = (plan: Plan, plans: UsageToRate['plans']) =>
  [...plans.values()].filter((each) => each === plan).length;

const partOf = (cents: number, hours: number, month: Month) => Math.round((cents * hours) / hoursIn(month));

function computeLines({ ref, name, compute }: RatedProject): readonly StatementLine[] {
  return INSTANCE_SIZES.flatMap((size) => {
    const hours = compute[computeHoursOf(size)] ?? 0;
    if (hours === 0) return [];
    const cents = centsFor(hours, COMPUTE_PRICES[size]);
    const description = `Compute Hours ${size} ${name}`;
    return [
      line({
        item: 'compute',
        description,
        project: ref,
        unit: 'hours',
        quantity: hours,
        billed: hours,
        cents,
      }),
    ];
  });
}

/** As much of the compute as the plan gives for the part of the month that it was had. */
function creditLines(
  plans: UsageToRate['plans'],
  month: Month,
  computeCents: number,
): readonly StatementLine[] {
  const given = PLANS.map((plan) => partOf(COMPUTE_CREDIT_CENTS[plan], hoursOn(plan, plans), month));
  const cents = Math.min(
    computeCents,
    given.reduce((sum, each) => sum + each, 0),
  );
  return cents === 0
    ? []
    : [
        line({
          item: 'compute_credits',
          description: 'Compute Credits',
          unit: 'cents',
          quantity: cents,
          billed: cents,
          cents: -cents,
        }),
      ];
}

interface Overage {
  readonly line: StatementLine;
  readonly shares: readonly { readonly ref: ProjectRef; readonly cents: number }[];
}

/** One line where all projects share what is included, one for each project where each has its own. */
function overageLines(
  item: BillingItem,
  plan: Plan,
  hours: number,
  projects: readonly RatedProject[],
): readonly Overage[] {
  const { title: name, unit, meters, included: of, hourly, scope } = BILLING_ITEMS[item];
  const limit = of(PLAN_LIMITS[plan]);
  const included = limit === null ? null : limit * (hourly ? hours : 1);
  const used = projects.map(({ ref, totals, name: project }) => ({
    ref,
    project,
    quantity: meters.reduce((sum, meter) => sum + (totals[meter] ?? 0), 0),
  }));
  const charge = (quantity: number) => {
    const refused = included === null || PLAN_LIMITS[plan].overage === 'refused';
    const billed = refused ? 0 : Math.max(0, quantity - included);
    return { quantity, included, billed, cents: centsFor(billed, OVERAGE_PRICES[item]) };
  };
  if (scope === 'project') {
    return used
      .filter(({ quantity }) => quantity > 0)
      .map(({ ref, project, quantity }) => {
        const charged = charge(quantity);
        return {
          line: line({ item, description: `${name} ${project}`, project: ref, unit, ...charged }),
          shares: [{ ref, cents: charged.cents }],
        };
      });
  }
  const charged = charge(used.reduce((sum, { quantity }) => sum + quantity, 0));
  const cents = shareOut(
    charged.cents,
    used.map(({ quantity }) => quantity),
  );
  return [
    {
      line: line({ item, description: name, unit, ...charged }),
      shares: used.map(({ ref }, at) => ({ ref, cents: cents[at] ?? 0 })),
    },
  ];
}

function line(
  given: Omit<StatementLine, 'project' | 'included'> & Partial<Pick<StatementLine, 'project' | 'included'>>,
): StatementLine {
  return { project: null, included: 0, ...given };
}
