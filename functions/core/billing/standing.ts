import type { PaidPlan } from '../../contract/plans.ts';
import type { SubscriptionRecord } from '../organization/organization.ts';
import type { Subscription, SubscriptionStatus } from './payments.port.ts';

/** How long a plan outlives its subscription. */
export const GRACE_MS = 3 * 24 * 3_600_000;

/** `none`: it never gave a plan. */
type Standing = 'paid' | 'overdue' | 'ended' | 'none';

const STANDINGS: Readonly<Record<SubscriptionStatus, Standing>> = {
  active: 'paid',
  trialing: 'paid',
  // Stripe tries again for as long as its settings say; then it is unpaid, or cancelled.
  past_due: 'overdue',
  unpaid: 'ended',
  paused: 'ended',
  canceled: 'ended',
  // The first payment was not made.
  incomplete: 'none',
  incomplete_expired: 'none',
};

const RANK: readonly Standing[] = ['paid', 'overdue', 'ended', 'none'];

/** Of several subscriptions the one that gives most, and of these the latest. */
export function foremost(subscriptions: readonly Subscription[]): Subscription | undefined {
  const rank = ({ status }: Subscription) => RANK.indexOf(STANDINGS[status]);
  return subscriptions
    .filter(({ status }) => STANDINGS[status] !== 'none')
    .toSorted((a, b) => rank(a) - rank(b) || b.created.getTime() - a.created.getTime())[0];
}

export const isLive = ({ status }: Subscription) => ['paid', 'overdue'].includes(STANDINGS[status]);

export interface Settled {
  readonly record: SubscriptionRecord;
  /** Null: it stays as it is. */
  readonly plan: PaidPlan | 'free' | null;
}

/** What becomes of an organization by what its foremost subscription is now. */
export function settle(
  before: SubscriptionRecord | null,
  { id, plan, status, periodEnd, cancels }: Subscription,
  now: Date,
): Settled | undefined {
  const standing = STANDINGS[status];
  const record = { id, plan, period_end: periodEnd?.toISOString() ?? null, cancels, ends_at: null };
  if (standing === 'paid' || standing === 'overdue') return { record: { ...record, state: standing }, plan };
  // What ended before anybody saw it gave nothing that could be taken away.
  if (before === null || before.state === 'over') return undefined;
  const ends = before.ends_at ?? new Date(now.getTime() + GRACE_MS).toISOString();
  if (now.toISOString() < ends) return { record: { ...record, state: 'grace', ends_at: ends }, plan: null };
  return { record: { ...record, state: 'over', ends_at: ends }, plan: 'free' };
}
