import { z } from 'zod';
import type { OrganizationSlug } from '../kernel/ids.ts';
import type { Table } from '../kernel/table.port.ts';
import type { Organization } from '../organization/organization.ts';
import { PLAN_LIMITS } from '../organization/plans.ts';
import type { ProjectPorts } from '../project/ports.ts';
import { BILLING_ITEMS, BILLING_ITEM_NAMES } from './billing-items.ts';
import { type Month, endOfMonth, monthOf } from './period.ts';
import type { RecordPorts } from './record-usage.ts';
import { RESTRICTION_RULES, explain } from './restriction.ts';
import type { Standing } from './standings.ts';

/** At which share of what a plan includes its people are told. */
const THRESHOLDS = [80, 100] as const;

/** Longer than a month, so that the API tells of those of the last one too. */
const KEPT_SECONDS = 70 * 24 * 3600;

const noticeSchema = z.object({ item: z.enum(BILLING_ITEM_NAMES), percent: z.int(), at: z.iso.datetime() });

export type Notice = z.infer<typeof noticeSchema>;

type Ports = RecordPorts & Pick<ProjectPorts, 'notifier' | 'organizations'>;

const keyPrefix = (month: Month) => `NOTICE#${month}#`;
const pkOf = (slug: OrganizationSlug) => `ORGANIZATION#${slug}`;

export async function noticesOf(
  slug: OrganizationSlug,
  month: Month,
  table: Table,
): Promise<readonly Notice[]> {
  const { items } = await table.query({ pk: pkOf(slug), prefix: keyPrefix(month) });
  return items.map(({ data }) => noticeSchema.parse(data));
}

/**
 * Once for each item, threshold and month. The mails go before it is noted that they did: after a crash between the two
 * they are handed over again under the same ids, which sends nobody a second one.
 */
export async function noticeOf(organization: Organization, standing: Standing, ports: Ports): Promise<void> {
  const { item, percent } = standing;
  const reached = THRESHOLDS.findLast((threshold) => (percent ?? 0) >= threshold);
  if (reached === undefined) return;
  const at = ports.clock.now();
  const month = monthOf(at);
  const key = { pk: pkOf(organization.slug), sk: `${keyPrefix(month)}${item}#${reached}` };
  if ((await ports.table.get(key)) !== undefined) return;
  const mail = mailOf(organization, standing, reached, month);
  const id = `usage-${organization.slug}-${month}-${item}-${reached}`;
  for (const { user, role } of await ports.organizations.membersOf(organization.slug)) {
    if (role !== 'owner' && role !== 'administrator') continue;
    const person = await ports.organizations.user(user);
    if (person !== undefined) await ports.notifier.send(`${id}-${user}`, { to: person.email, ...mail });
  }
  const expires_at = Math.floor(at.getTime() / 1000) + KEPT_SECONDS;
  const data = { item, percent: reached, at: at.toISOString() };
  await ports.table.write([{ kind: 'put', if: 'absent', item: { ...key, expires_at, data } }]);
}

function mailOf(
  { name, plan }: Organization,
  { item, percent, project }: Standing,
  reached: number,
  month: Month,
) {
  const { title } = BILLING_ITEMS[item];
  const whose = project === null ? 'The projects' : `The project ${project}`;
  const ends = endOfMonth(month).toISOString().slice(0, 10);
  return {
    subject: `${name} has used ${reached} % of its ${title}`,
    text: `${whose} of the organization ${name} ${project === null ? 'have' : 'has'} used ${percent ?? reached} % of what the plan "${plan}" includes of ${title}.

${consequence(plan, item, reached)}
The quotas by the month begin anew on ${ends}, UTC.
`,
  };
}

function consequence(plan: Organization['plan'], item: Standing['item'], reached: number): string {
  if (PLAN_LIMITS[plan].overage === 'billed') return 'What goes beyond it is billed with the month.';
  const rule = RESTRICTION_RULES[item];
  if (rule === undefined) return 'The plan includes no more.';
  if (reached >= 100)
    return `${explain({ item, effect: rule.effect }, plan)} That ends by itself once there is room again.`;
  return 'Once all of it is used the project is restricted, until there is room again or the plan is changed.';
}
