import { billingOperations } from '../../contract/billing.contract.ts';
import { PROJECT_STATUSES } from '../../contract/status.ts';
import { openPortal, subscribe } from '../../core/billing/subscribe.ts';
import { receiveEvent } from '../../core/billing/receive-event.ts';
import { fail } from '../../core/kernel/errors.ts';
import { ok } from '../../core/kernel/result.ts';
import { NOT_THE_OPERATOR, isOperator } from '../../core/organization/operator.ts';
import type { Organization } from '../../core/organization/organization.ts';
import { PLAN_LIMITS } from '../../core/organization/plans.ts';
import { systemActor } from '../../core/organization/system-actor.ts';
import { changePlan } from '../../core/usage/change-plan.ts';
import { AWS_ITEMS, AWS_PRICES } from '../../core/project/aws-prices.ts';
import { type OrganizationCosts, organizationCosts } from '../../core/usage/organization-costs.ts';
import { type Month, monthOf, monthSchema, previousMonth } from '../../core/usage/period.ts';
import { PLAN_FEE_CENTS } from '../../core/usage/prices.ts';
import { type Statement, statementOf } from '../../core/usage/statement.ts';
import { UsageStore } from '../../core/usage/usage-store.ts';
import type { BillingPorts } from '../call.ts';
import { type Route, routing } from '../route.ts';

const O = billingOperations;
const { onCaller, onOrganization } = routing<BillingPorts>();

const asked = (month: string | undefined, { clock }: BillingPorts): Month =>
  month === undefined ? monthOf(clock.now()) : monthSchema.parse(month);

const metering = (ports: BillingPorts) => ({ ...ports, usage: new UsageStore(ports.table) });

const NOT_YOURS = fail('forbidden', 'The plans of this installation are given by its operator.', {
  suggestion: 'Ask whoever runs it.',
});

const FOR_SALE = fail('forbidden', 'A plan is had by subscribing to it.', {
  suggestion: 'POST /platform/organizations/{slug}/billing/checkout tells where.',
});

const NO_BILLING = fail('not_implemented', 'This installation bills nobody.', {
  suggestion: 'Plans are given by its operator.',
});

const NOT_LISTENING = fail('not_implemented', 'This installation listens to no payment provider.');

const FORGED = fail('validation_failed', 'The signature is not one of Stripe’s over this body, or too old.', {
  field: 'header.stripe-signature',
});

export const billingRoutes: Record<keyof typeof billingOperations, Route<BillingPorts>> = {
  listStatements: onOrganization(O.listStatements, async ({ organization, query: { limit }, ports }) => {
    const first = monthOf(new Date(organization.created_at));
    const months = [monthOf(ports.clock.now())];
    for (let month = months[0]; months.length < limit && month !== undefined && month > first;) {
      months.push((month = previousMonth(month)));
    }
    const statements = months.map((month) => statementOf(organization, month, metering(ports)));
    return ok((await Promise.all(statements)).map(renderStatement));
  }),

  getPlan: onOrganization(O.getPlan, async ({ organization, ports }) => ok(renderPlan(organization, ports))),

  changePlan: onOrganization(O.changePlan, async ({ organization, body, principal, actor, ports }) => {
    if (body.plan !== organization.plan && !(await isOperator(principal, ports))) {
      return ports.payments === null ? NOT_YOURS : FOR_SALE;
    }
    const changed = await changePlan(organization.slug, body.plan, actor, ports);
    return changed.ok ? ok(renderPlan(changed.value, ports)) : changed;
  }),

  listCosts: onCaller(O.listCosts, async ({ principal, query, ports }) => {
    if (!(await isOperator(principal, ports))) return NOT_THE_OPERATOR;
    const month = asked(query.month, ports);
    const slugs = (await slugsInUse(ports)).filter((slug) => slug > (query.after ?? ''));
    const page = slugs.slice(0, query.limit);
    const organizations = await Promise.all(page.map((slug) => ports.organizations.organization(slug)));
    const costs = organizations
      .filter((each) => each !== undefined)
      .map(async (each) => renderCosts(each, await organizationCosts(each, month, metering(ports))));
    return ok({
      month,
      spent: ports.target === 'aws',
      prices: AWS_ITEMS.map((item) => ({ item, ...AWS_PRICES[item] })),
      organizations: await Promise.all(costs),
      next: slugs.length > page.length ? (page.at(-1) ?? null) : null,
    });
  }),

  subscribe: onOrganization(O.subscribe, async ({ organization, body: { plan }, actor, ports }) => {
    if (ports.payments === null) return NO_BILLING;
    const page = await subscribe(organization, plan, actor, ports.payments, ports);
    return page.ok ? ok({ url: page.value }) : page;
  }),

  openBillingPortal: onOrganization(O.openBillingPortal, async ({ organization, actor, ports }) => {
    if (ports.payments === null) return NO_BILLING;
    const page = await openPortal(organization, actor, ports.payments, ports);
    return page.ok ? ok({ url: page.value }) : page;
  }),

  receivePaymentEvent: {
    operation: O.receivePaymentEvent,
    // Of the body nothing is read before the signature over all of it is proven; whoever has none is told at once.
    async serve(request, ports) {
      const { payments, paymentEvents, clock } = ports;
      if (payments === null || paymentEvents === null) return NOT_LISTENING;
      const body = await request.text();
      if (!body.ok) return body;
      const event = paymentEvents.read(body.value, request.header('stripe-signature') ?? '', clock.now());
      if (!event.ok) return FORGED;
      const actor = systemActor({ ip: request.ip, request_id: request.id });
      return ok({ outcome: await receiveEvent(event.value, payments, actor, ports) });
    },
  },
};

/** Of the organizations that have a project now, or a subscription. */
async function slugsInUse({ projects, organizations }: BillingPorts) {
  const [subscribed, ...there] = await Promise.all([
    organizations.subscribed(),
    ...PROJECT_STATUSES.map((status) => projects.inStatus(status)),
  ]);
  const slugs = [
    ...subscribed.map(({ slug }) => slug),
    ...there.flat().map(({ organization }) => organization),
  ];
  return [...new Set(slugs)].toSorted();
}

const renderCosts = ({ slug, name }: Organization, { projects, ...sums }: OrganizationCosts) => ({
  slug,
  name,
  ...sums,
  projects: projects.map(({ lines, ...project }) => ({ ...project, lines: [...lines] })),
});

function renderPlan({ plan, payment }: Organization, { payments }: BillingPorts) {
  const subscription = payment?.subscription ?? null;
  return {
    plan,
    overage: PLAN_LIMITS[plan].overage,
    fee_cents: PLAN_FEE_CENTS[plan],
    billing: payments && {
      plans: [...payments.plans],
      subscription: subscription && {
        plan: subscription.plan,
        state: subscription.state,
        period_end: subscription.period_end,
        cancels: subscription.cancels,
        plan_ends_at: subscription.ends_at,
      },
    },
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
