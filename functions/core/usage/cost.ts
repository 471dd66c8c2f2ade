import { AWS_ITEMS, AWS_PRICES, type AwsItem } from '../project/aws-prices.ts';
import type { MeteredProject } from '../project/metered-project.ts';
import type { Run } from '../project/runs.ts';
import type { ProjectTemplate } from '../project/template.ts';
import { METERED_SERVICES, type Amounts, egressOf } from './meters.ts';
import { type Month, endOfMonth, hoursIn, startOfMonth } from './period.ts';

const GB = 1024 ** 3;
const HOUR_MS = 3_600_000;

/** What a cluster of its own takes while it is awake, at least: what counts where nobody has measured more. */
const LEAST_CAPACITY = 0.5;

/** What a project held in a month. */
export interface Held {
  readonly month: Month;
  readonly tier: MeteredProject['tier'];
  readonly template: Pick<ProjectTemplate, 'services' | 'sizes' | 'tools'> | undefined;
  readonly runs: readonly Run[];
  /** Of the month. */
  readonly totals: Amounts;
  /** When it was there at all. */
  readonly from: Date;
  readonly to: Date;
}

export interface CostLine {
  readonly item: AwsItem;
  readonly unit: string;
  /** To six places: what a small project holds is a fraction of any unit. */
  readonly quantity: number;
  /** To a hundredth of a cent. */
  readonly cents: number;
}

/** What AWS takes for what a project held, made of its meters and of its runs alone: the same whenever it is asked. */
export function costOf(held: Held): readonly CostLine[] {
  const quantities = quantitiesOf(held);
  return AWS_ITEMS.flatMap((item) => {
    const quantity = rounded(quantities[item], 1_000_000);
    const { dollars, unit } = AWS_PRICES[item];
    return quantity === 0 ? [] : [{ item, unit, quantity, cents: rounded(quantity * dollars * 100, 100) }];
  });
}

export const sumOfCosts = (lines: readonly Pick<CostLine, 'cents'>[]) =>
  rounded(
    lines.reduce((sum, { cents }) => sum + cents, 0),
    100,
  );

const rounded = (value: number, to: number) => Math.round(value * to) / to;

/** Fargate and Aurora count seconds, and so do runs; what is by the month is by the hours that it was there. */
function quantitiesOf(held: Held): Readonly<Record<AwsItem, number>> {
  const { month, tier, template, runs, totals, from, to } = held;
  const hours = hoursIn(month);
  const share = overlap(month, from, to) / hours;
  const awake = runs.map(({ start, end = to, ...run }) => ({ ...run, hours: overlap(month, start, end) }));
  const tasksOf = ({ size, tools }: (typeof awake)[number]) => [
    template?.sizes[size],
    tools ? template?.tools : undefined,
  ];
  const taking = (of: 'cpu' | 'memory') =>
    awake.reduce(
      (sum, run) => tasksOf(run).reduce((all, task) => all + (run.hours * (task?.[of] ?? 0)) / 1024, sum),
      0,
    );
  const hasTask = template?.services.some((name) => name !== 'db') ?? false;
  const dedicated = tier === 'dedicated';
  const least = LEAST_CAPACITY * awake.reduce((sum, run) => sum + run.hours, 0);
  const measured = (totals.database_acu_seconds ?? 0) / 3600;
  const bytes = [...METERED_SERVICES.map(egressOf), 'egress_bytes_postgres' as const];
  return {
    fargate_cpu: hasTask ? taking('cpu') : 0,
    fargate_memory: hasTask ? taking('memory') : 0,
    aurora_capacity: dedicated ? Math.max(least, measured) : 0,
    database_storage: (totals.database_bytes ?? 0) / GB / hours,
    file_storage: (totals.storage_bytes ?? 0) / GB / hours,
    // A cluster of its own has one more, of its master user.
    secret: share * (dedicated ? 2 : 1),
    dns_record: share,
    egress: bytes.reduce((sum, meter) => sum + (totals[meter] ?? 0), 0) / GB,
  };
}

/** Hours of the month between two times. */
function overlap(month: Month, from: Date, to: Date): number {
  const start = Math.max(from.getTime(), startOfMonth(month).getTime());
  const end = Math.min(to.getTime(), endOfMonth(month).getTime());
  return Math.max(0, end - start) / HOUR_MS;
}
