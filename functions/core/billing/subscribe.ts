import type { PaidPlan } from '../../contract/plans.ts';
import { type DomainError, fail } from '../kernel/errors.ts';
import { type Result, ok } from '../kernel/result.ts';
import { auditWrite } from '../organization/audit.ts';
import { guardedChange } from '../organization/guarded-change.ts';
import type { Organization } from '../organization/organization.ts';
import type { Actor } from '../organization/principal.ts';
import { endOfMonth, monthOf } from '../usage/period.ts';
import type { FollowPorts } from './follow-subscription.ts';
import type { Payments } from './payments.port.ts';
import { foremost, isLive } from './standing.ts';

type Ports = Pick<FollowPorts, 'organizations' | 'clock' | 'dashboardUrl'>;

const pageOf = ({ slug }: Organization, { dashboardUrl }: Ports) =>
  `${dashboardUrl}/organizations/${slug}/usage`;

/** Where to pay for a plan; null: the subscription that there is has been changed to it. */
export async function subscribe(
  organization: Organization,
  plan: PaidPlan,
  actor: Actor,
  payments: Payments,
  ports: Ports,
): Promise<Result<string | null, DomainError>> {
  if (!payments.plans.includes(plan)) {
    return fail('validation_failed', `body.plan: there is no subscription to "${plan}" here`, {
      field: 'body.plan',
      suggestion: `One can subscribe to ${payments.plans.join(' and ')}.`,
    });
  }
  const { slug, name } = organization;
  const customer = organization.payment?.customer ?? (await payments.customerFor(slug));
  const noted = await note(organization, 'organization.subscribe', { plan }, customer, actor, ports);
  if (!noted.ok) return noted;
  await payments.describe(customer, { name, email: actor.email });
  const account = await payments.account(customer);
  const current = foremost(account?.subscriptions ?? []);
  if (current !== undefined && isLive(current)) return switched(current.id, plan, payments);
  const cycle = endOfMonth(monthOf(ports.clock.now()));
  const returnTo = pageOf(organization, ports);
  return ok(await payments.checkout({ customer, organization: slug, plan, cycle, returnTo }));
}

async function switched(
  subscription: string,
  plan: PaidPlan,
  payments: Payments,
): Promise<Result<null, DomainError>> {
  const done = await payments.switchPlan(subscription, plan);
  if (done.ok) return ok(null);
  return fail('conflict', 'The payment for the plan was declined; the subscription is as it was.', {
    suggestion: 'Change how you pay in the billing portal, and try again.',
  });
}

export async function openPortal(
  organization: Organization,
  actor: Actor,
  payments: Payments,
  ports: Ports,
): Promise<Result<string, DomainError>> {
  const customer = organization.payment?.customer;
  if (customer === undefined) {
    return fail('conflict', 'The organization has never subscribed to a plan.', {
      suggestion: 'Subscribe first: POST …/billing/checkout.',
    });
  }
  const noted = await note(organization, 'organization.open_billing', {}, customer, actor, ports);
  return noted.ok ? ok(await payments.portal(customer, pageOf(organization, ports))) : noted;
}

/** Keeps who asked for it, and the organization's customer. */
function note(
  { slug }: Organization,
  action: string,
  details: Readonly<Record<string, string>>,
  customer: string,
  actor: Actor,
  { organizations, clock }: Ports,
): Promise<Result<undefined, DomainError>> {
  return guardedChange(slug, organizations, (before) => {
    const audit = auditWrite({ organization: slug, action, subject: slug, actor, at: clock.now(), details });
    const payment = before.payment ?? { customer, subscription: null };
    return ok({ organization: { ...before, payment }, writes: [audit], answer: undefined });
  });
}
