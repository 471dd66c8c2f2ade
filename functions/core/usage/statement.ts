import type { Clock } from '../kernel/clock.port.ts';
import type { Table } from '../kernel/table.port.ts';
import type { Organization } from '../organization/organization.ts';
import { computeHours, monthUntil } from './compute.ts';
import { type MeteredProject, meteredProjects } from '../project/metered-project.ts';
import { type Hour, type Month, endOfMonth, hourOf } from './period.ts';
import { planChanges, plansByHour } from './plan-periods.ts';
import { type Rated, type RatedProject, type UsageToRate, rate } from './rate.ts';
import { type Run, runsOf } from '../project/runs.ts';
import type { UsageStore } from './usage-store.ts';
import type { Plan } from '../../contract/plans.ts';

export interface StatementPorts {
  readonly usage: UsageStore;
  readonly table: Table;
  readonly clock: Clock;
}

/** What arrives late is counted in its own month; so long after its end nothing is expected any more. */
const SETTLES_AFTER_MS = 3 * 24 * 3_600_000;

export interface Statement extends Rated {
  readonly month: Month;
  /** `open`: the month, or what may still arrive of it, is not over. */
  readonly status: 'open' | 'final';
}

interface Metered {
  readonly project: MeteredProject;
  readonly runs: readonly Run[];
}

/** The bill of a month up to now, made of the meters as they are. */
export async function statementOf(
  organization: Pick<Organization, 'slug' | 'plan'>,
  month: Month,
  ports: StatementPorts,
): Promise<Statement> {
  const now = ports.clock.now();
  const { plans: whole, projects } = await usageOf(organization, month, ports);
  const plans = now < endOfMonth(month) ? upTo(whole, hourOf(now)) : whole;
  return { month, status: isFinal(month, now) ? 'final' : 'open', ...rate({ month, plans, projects }) };
}

export const isFinal = (month: Month, now: Date) =>
  now.getTime() >= endOfMonth(month).getTime() + SETTLES_AFTER_MS;

/**
 * What of a month's bill is for usage, in cents: all but the fee of the plan. As though the plan stayed as it is until
 * the month is over: credits grow with the hours of a plan, and what is owed must not become less by their coming late.
 */
export async function usageOwed(
  organization: Pick<Organization, 'slug' | 'plan'>,
  month: Month,
  ports: StatementPorts,
): Promise<number> {
  const { lines } = rate({ month, ...(await usageOf(organization, month, ports)) });
  return lines.reduce((sum, { item, cents }) => sum + (item === 'plan' ? 0 : cents), 0);
}

/** The plan of every hour of the month, and what each project has used in it. */
async function usageOf(
  { slug, plan }: Pick<Organization, 'slug' | 'plan'>,
  month: Month,
  ports: StatementPorts,
): Promise<Omit<UsageToRate, 'month'>> {
  const [changes, metered] = await Promise.all([
    planChanges(slug, ports.table),
    meteredProjects(slug, ports.table),
  ]);
  const plans = plansByHour(plan, changes, month);
  const projects = await Promise.all(
    metered.map(async (project) =>
      ratedProject({ project, runs: await runsOf(project.ref, ports.table) }, month, plans, ports),
    ),
  );
  return { plans, projects: projects.filter(wasUsed) };
}

const upTo = (plans: ReadonlyMap<Hour, Plan>, last: Hour) =>
  new Map([...plans].filter(([hour]) => hour <= last));

async function ratedProject(
  { project: { ref, name }, runs }: Metered,
  month: Month,
  plans: ReadonlyMap<Hour, Plan>,
  { usage, clock }: StatementPorts,
): Promise<RatedProject> {
  const { totals } = await usage.month(ref, month);
  const compute = computeHours(runs, monthUntil(month, clock.now()), (hour) =>
    PAID.includes(plans.get(hour) ?? 'free'),
  );
  return { ref, name, totals, compute };
}

/** An organization by contract does not pay by the table. */
const PAID: readonly Plan[] = ['pro', 'team'];

const wasUsed = ({ totals, compute }: RatedProject) => Object.keys({ ...totals, ...compute }).length > 0;
