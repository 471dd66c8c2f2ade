import { z } from 'zod';
import { PLANS, type Plan } from '../../contract/plans.ts';
import type { OrganizationSlug } from '../kernel/ids.ts';
import type { Table, Write } from '../kernel/table.port.ts';
import { type Hour, type Month, endOfMonth, hoursBetween, startOfMonth } from './period.ts';

const changeSchema = z.object({ at: z.iso.datetime(), from: z.enum(PLANS), to: z.enum(PLANS) });

/** That the organization has had another plan from then on. */
export type PlanChange = z.infer<typeof changeSchema>;

/** Stands in the transaction that changes the plan. */
export function planChangeWrite(organization: OrganizationSlug, change: PlanChange): Write {
  const key = { pk: `ORGANIZATION#${organization}`, sk: `PLAN#${change.at}` };
  return { kind: 'put', if: 'any', item: { ...key, data: { ...change } } };
}

/** Oldest first. */
export async function planChanges(
  organization: OrganizationSlug,
  table: Table,
): Promise<readonly PlanChange[]> {
  const changes: PlanChange[] = [];
  let cursor: string | undefined;
  do {
    const range = { pk: `ORGANIZATION#${organization}`, prefix: 'PLAN#', limit: 1000 };
    const page = await table.query({ ...range, ...(cursor === undefined ? {} : { cursor }) });
    changes.push(...page.items.map(({ data }) => changeSchema.parse(data)));
    cursor = page.cursor;
  } while (cursor !== undefined);
  return changes;
}

/** The plan of each hour of a month; an hour in which it changed has the greatest that it had in it. */
export function plansByHour(
  current: Plan,
  changes: readonly PlanChange[],
  month: Month,
): ReadonlyMap<Hour, Plan> {
  const plans = new Map<Hour, Plan>();
  const begin = startOfMonth(month).toISOString();
  const end = endOfMonth(month);
  const within = changes.filter(({ at }) => at >= begin && at < end.toISOString());
  const before = changes.findLast(({ at }) => at < begin);
  let plan = before?.to ?? changes[0]?.from ?? current;
  let from = startOfMonth(month);
  for (const change of [...within, undefined]) {
    const until = change === undefined ? end : new Date(change.at);
    for (const hour of hoursBetween(from, until))
      plans.set(hour, greatest([plan, plans.get(hour) ?? 'free']));
    if (change === undefined) break;
    ({ to: plan } = change);
    from = until;
  }
  return plans;
}

export function greatest(plans: Iterable<Plan>): Plan {
  return [...plans].reduce((one, other) => (PLANS.indexOf(other) > PLANS.indexOf(one) ? other : one), 'free');
}
