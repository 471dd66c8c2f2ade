import type { Clock } from '../kernel/clock.port.ts';
import type { OrganizationSlug } from '../kernel/ids.ts';
import type { Notifier } from '../kernel/notifier.port.ts';
import { ok } from '../kernel/result.ts';
import type { Table, Write } from '../kernel/table.port.ts';
import { guardedChange } from '../organization/guarded-change.ts';
import type { Organization, SubscriptionRecord } from '../organization/organization.ts';
import type { OrganizationStore } from '../organization/organization-store.ts';
import type { Actor } from '../organization/principal.ts';
import { planWrites } from '../usage/change-plan.ts';
import { billingMail } from './billing-mail.ts';
import type { Payments, Subscription } from './payments.port.ts';
import { foremost, isLive, settle } from './standing.ts';
import { beginLedger } from './usage-ledger.ts';

export interface FollowPorts {
  readonly table: Table;
  readonly organizations: OrganizationStore;
  readonly notifier: Notifier;
  readonly clock: Clock;
  readonly dashboardUrl: string;
}

/**
 * Brings an organization's plan to what its subscription is at this moment, whatever was told of it in which order:
 * the provider is asked after the organization's record is read, and what is decided is written on that record.
 */
export async function followSubscription(
  slug: OrganizationSlug,
  customer: string,
  payments: Payments,
  actor: Actor,
  ports: FollowPorts,
  /** Written in the same transaction. */
  alongside: readonly Write[] = [],
): Promise<void> {
  const followed = await guardedChange(slug, ports.organizations, async (organization) => {
    const unchanged = ok({ writes: alongside, answer: undefined });
    const { payment } = organization;
    if (payment?.customer !== customer) return unchanged;
    const now = ports.clock.now();
    const account = await payments.account(customer);
    const subscription = foremost(account?.subscriptions ?? []) ?? lost(payment.subscription);
    if (subscription === undefined) return unchanged;
    const settled = settle(payment.subscription, subscription, now);
    if (settled === undefined) return unchanged;
    const plan = settled.plan ?? organization.plan;
    const changed = { ...organization, plan, payment: { customer, subscription: settled.record } };
    // Before it is noted that they were: after a crash between the two they go again under the same ids.
    await tell(organization, settled.record, ports);
    return ok({
      organization: changed,
      writes: [
        ...(plan === organization.plan ? [] : planWrites(organization, plan, actor, now)),
        ...(isLive(subscription) ? await beginLedger(organization, now, ports.table) : []),
        ...alongside,
      ],
      answer: undefined,
    });
  });
  if (!followed.ok && followed.error.code !== 'not_found') throw new Error(followed.error.message);
}

/** Who deletes a customer deletes the subscription, too. */
const lost = (known: SubscriptionRecord | null): Subscription | undefined =>
  known === null
    ? undefined
    : { ...known, status: 'canceled', periodEnd: null, cancels: false, created: new Date(0) };

/** Once for each payment that failed, and once for each end. */
async function tell(
  organization: Organization,
  record: SubscriptionRecord,
  { organizations, notifier, dashboardUrl }: FollowPorts,
): Promise<void> {
  const mail = billingMail(organization, record, dashboardUrl);
  if (mail === undefined) return;
  const { id, state, period_end, ends_at } = record;
  const of = `billing-${id}-${state}-${ends_at ?? period_end ?? ''}`;
  for (const { user, role } of await organizations.membersOf(organization.slug)) {
    const person = role === 'owner' ? await organizations.user(user) : undefined;
    if (person !== undefined) await notifier.send(`${of}-${user}`, { to: person.email, ...mail });
  }
}
