import { describe, expect, it } from 'vitest';
import type { SubscriptionRecord } from '../organization/organization.ts';
import { SUBSCRIPTION_STATUSES, type Subscription, type SubscriptionStatus } from './payments.port.ts';
import { GRACE_MS, foremost, settle } from './standing.ts';

const NOW = new Date('2026-01-10T00:00:00Z');
const ENDS = new Date(NOW.getTime() + GRACE_MS).toISOString();
const LATER = new Date(NOW.getTime() + GRACE_MS);

const sold = (status: SubscriptionStatus, id = 'sub_1', created = NOW): Subscription => ({
  id,
  plan: 'pro',
  status,
  periodEnd: null,
  cancels: false,
  created,
});

const record = (state: SubscriptionRecord['state'], ends_at: string | null = null): SubscriptionRecord => ({
  id: 'sub_1',
  plan: 'pro',
  state,
  period_end: null,
  cancels: false,
  ends_at,
});

/** What is known, what Stripe says, when, and what becomes of it: state and plan; null: nothing. */
const ROWS: readonly [
  SubscriptionRecord | null,
  SubscriptionStatus,
  Date,
  readonly [string, string | null] | null,
][] = [
  [null, 'active', NOW, ['paid', 'pro']],
  [null, 'trialing', NOW, ['paid', 'pro']],
  [null, 'past_due', NOW, ['overdue', 'pro']],
  [null, 'canceled', NOW, null],
  [record('paid'), 'past_due', NOW, ['overdue', 'pro']],
  [record('overdue'), 'active', NOW, ['paid', 'pro']],
  [record('paid'), 'canceled', NOW, ['grace', null]],
  [record('overdue'), 'unpaid', NOW, ['grace', null]],
  [record('paid'), 'paused', NOW, ['grace', null]],
  [record('grace', ENDS), 'canceled', NOW, ['grace', null]],
  [record('grace', ENDS), 'canceled', LATER, ['over', 'free']],
  [record('grace', ENDS), 'active', LATER, ['paid', 'pro']],
  [record('over', ENDS), 'canceled', LATER, null],
  [record('over', ENDS), 'active', LATER, ['paid', 'pro']],
];

describe('what becomes of an organization', () => {
  it.each(ROWS)('that is %o, by a subscription that is %s', (before, status, now, expected) => {
    const settled = settle(before, sold(status), now);
    expect(settled === undefined ? null : [settled.record.state, settled.plan]).toEqual(expected);
  });

  it('does not move the end of a grace that has begun', () => {
    const again = settle(record('grace', ENDS), sold('canceled'), new Date(NOW.getTime() + 1000));
    expect(again?.record.ends_at).toBe(ENDS);
  });
});

describe('of several subscriptions', () => {
  it('the one that gives most counts, and of these the latest', () => {
    const later = new Date(NOW.getTime() + 1);
    expect(foremost([sold('canceled', 'a', later), sold('past_due', 'b')])?.id).toBe('b');
    expect(foremost([sold('past_due', 'b', later), sold('active', 'c')])?.id).toBe('c');
    expect(foremost([sold('canceled', 'a'), sold('canceled', 'd', later)])?.id).toBe('d');
  });

  it('one whose first payment was never made counts for nothing', () => {
    const none = SUBSCRIPTION_STATUSES.filter((status) => foremost([sold(status)]) === undefined);
    expect(none).toEqual(['incomplete', 'incomplete_expired']);
  });
});
