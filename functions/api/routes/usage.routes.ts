import { usageOperations } from '../../contract/usage.contract.ts';
import { ok } from '../../core/kernel/result.ts';
import type { Organization } from '../../core/organization/organization.ts';
import { PLAN_LIMITS } from '../../core/organization/plans.ts';
import { BILLING_ITEMS } from '../../core/usage/billing-items.ts';
import { type Amounts } from '../../core/usage/meters.ts';
import { noticesOf } from '../../core/usage/notices.ts';
import { type Month, monthOf, monthSchema } from '../../core/usage/period.ts';
import { type Restriction, explain, restrictions } from '../../core/usage/restriction.ts';
import { type Standing, standingsOf } from '../../core/usage/standings.ts';
import { organizationUsage, projectUsage } from '../../core/usage/usage-report.ts';
import { UsageStore } from '../../core/usage/usage-store.ts';
import type { ApiPorts } from '../call.ts';
import { type Route, onOrganization, onProject } from '../route.ts';

const O = usageOperations;

const metering = (ports: ApiPorts) => ({ ...ports, usage: new UsageStore(ports.table) });

const asked = (month: string | undefined, { clock }: ApiPorts): Month =>
  month === undefined ? monthOf(clock.now()) : monthSchema.parse(month);

export const usageRoutes: Record<keyof typeof usageOperations, Route> = {
  getOrganizationUsage: onOrganization(O.getOrganizationUsage, async ({ organization, query, ports }) => {
    const { slug, plan } = organization;
    const month = asked(query.month, ports);
    const [{ projects, daily }, notices, restricted] = await Promise.all([
      organizationUsage(slug, month, metering(ports)),
      noticesOf(slug, month, ports.table),
      restrictions(ports.table),
    ]);
    return ok({
      month,
      plan,
      overage: PLAN_LIMITS[plan].overage,
      items: standingsOf(plan, projects).map(renderStanding),
      daily: daily.map(renderDay),
      projects: projects.map(({ ref, name, totals }) => ({ ref, name, totals })),
      restrictions: restricted
        .filter((each) => each.organization === slug)
        .map((each) => renderRestriction(each, organization)),
      notices: [...notices],
    });
  }),

  getProjectUsage: onProject(O.getProjectUsage, async ({ project: { value }, query, ports }) => {
    const { ref, organization: slug } = value;
    const month = asked(query.month, ports);
    const [{ totals, levels, daily, sizes }, restricted, organization] = await Promise.all([
      projectUsage(ref, month, metering(ports)),
      restrictions(ports.table, ref),
      ports.organizations.organization(slug),
    ]);
    const plan = organization?.plan ?? 'free';
    return ok({
      month,
      totals,
      levels,
      daily: daily.map(renderDay),
      sizes: [...sizes],
      restrictions: restricted.map((each) => renderRestriction(each, { plan })),
    });
  }),
};

const renderDay = ({ date, amounts }: { readonly date: string; readonly amounts: Amounts }) => ({
  date,
  meters: amounts,
});

function renderStanding({ item, used, limit, percent, project }: Standing) {
  const { title, unit, hourly } = BILLING_ITEMS[item];
  return { item, title, unit: hourly ? 'bytes' : unit, used, limit, percent, project };
}

function renderRestriction(
  { ref, item, effect, services, since }: Restriction,
  { plan }: Pick<Organization, 'plan'>,
) {
  return {
    project: ref,
    item,
    effect,
    services: [...services],
    since,
    message: explain({ item, effect }, plan),
  };
}
