import { usageOperations } from '../../contract/usage.contract.ts';
import { fail } from '../../core/kernel/errors.ts';
import { ok } from '../../core/kernel/result.ts';
import { isOperator } from '../../core/organization/operator.ts';
import type { Organization } from '../../core/organization/organization.ts';
import { PLAN_LIMITS } from '../../core/organization/plans.ts';
import { BILLING_ITEMS } from '../../core/usage/billing-items.ts';
import { changePlan } from '../../core/usage/change-plan.ts';
import { type Amounts } from '../../core/usage/meters.ts';
import { noticesOf } from '../../core/usage/notices.ts';
import { type Month, monthOf, monthSchema, previousMonth } from '../../core/usage/period.ts';
import { PLAN_FEE_CENTS } from '../../core/usage/prices.ts';
import { type Restriction, explain, restrictions } from '../../core/usage/restriction.ts';
import { type Standing, standingsOf } from '../../core/usage/standings.ts';
import { type Statement, statementOf } from '../../core/usage/statement.ts';
import { organizationUsage, projectUsage } from '../../core/usage/usage-report.ts';
import { UsageStore } from '../../core/usage/usage-store.ts';
import type { ApiPorts } from '../call.ts';
import { type Route, onOrganization, onProject } from '../route.ts';

const O = usageOperations;

const metering = (ports: ApiPorts) => ({ ...ports, usage: new UsageStore(ports.table) });

const asked = (month: string | undefined, { clock }: ApiPorts): Month =>
  month === undefined ? monthOf(clock.now()) : monthSchema.parse(month);

const NOT_YOURS = fail('forbidden', 'The plans of this installation are given by its operator.', {
  suggestion: 'Ask whoever runs it.',
});

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

  listStatements: onOrganization(O.listStatements, async ({ organization, query: { limit }, ports }) => {
    const first = monthOf(new Date(organization.created_at));
    const months = [monthOf(ports.clock.now())];
    for (let month = months[0]; months.length < limit && month !== undefined && month > first;) {
      months.push((month = previousMonth(month)));
    }
    const statements = months.map((month) => statementOf(organization, month, metering(ports)));
    return ok((await Promise.all(statements)).map(renderStatement));
  }),

  getPlan: onOrganization(O.getPlan, async ({ organization }) => ok(renderPlan(organization))),

  changePlan: onOrganization(O.changePlan, async ({ organization, body, principal, actor, ports }) => {
    if (body.plan !== organization.plan && !(await isOperator(principal, ports))) return NOT_YOURS;
    const changed = await changePlan(organization.slug, body.plan, actor, ports);
    return changed.ok ? ok({ ...renderPlan(changed.value), checkout_url: null }) : changed;
  }),
};

const renderPlan = ({ plan }: Organization) => ({
  plan,
  overage: PLAN_LIMITS[plan].overage,
  fee_cents: PLAN_FEE_CENTS[plan],
  billing: null,
});

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

function renderStatement({ month, status, plan, lines, total_cents, projects }: Statement) {
  return {
    month,
    status,
    currency: 'usd' as const,
    plan,
    lines: [...lines],
    total_cents,
    projects: [...projects],
  };
}
