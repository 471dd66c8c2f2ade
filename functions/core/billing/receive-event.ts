import { organizationSlugSchema } from '../kernel/ids.ts';
import type { Key } from '../kernel/table.port.ts';
import type { Actor } from '../organization/principal.ts';
import { type FollowPorts, followSubscription } from './follow-subscription.ts';
import type { PaymentEvent, Payments } from './payments.port.ts';

/** Whatever may have changed what an organization has paid for. What it says itself is not looked at. */
const TOLD_OF: ReadonlySet<string> = new Set([
  'checkout.session.completed',
  'checkout.session.async_payment_succeeded',
  'customer.subscription.created',
  'customer.subscription.updated',
  'customer.subscription.deleted',
  'customer.subscription.paused',
  'customer.subscription.resumed',
  'invoice.paid',
  'invoice.payment_failed',
]);

/** Stripe sends an event again for three days. */
const REMEMBERED_SECONDS = 30 * 24 * 3600;

const keyOf = (id: string): Key => ({ pk: `PAYMENT_EVENT#${id}`, sk: 'SEEN' });

/** Acts on an event of the payment provider, once however often it comes. */
export async function receiveEvent(
  { id, type, customer }: PaymentEvent,
  payments: Payments,
  actor: Actor,
  ports: FollowPorts,
): Promise<'followed' | 'ignored'> {
  if (!TOLD_OF.has(type) || customer === undefined) return 'ignored';
  if ((await ports.table.get(keyOf(id))) !== undefined) return 'ignored';
  const account = await payments.account(customer);
  const slug = organizationSlugSchema.safeParse(account?.organization);
  if (!slug.success) return 'ignored';
  const expires_at = Math.floor(ports.clock.now().getTime() / 1000) + REMEMBERED_SECONDS;
  const seen = { ...keyOf(id), expires_at, data: { type } };
  const once = { kind: 'put', if: 'any', item: seen } as const;
  await followSubscription(slug.data, customer, payments, actor, ports, [once]);
  return 'followed';
}
