import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { Payments } from '../../functions/core/billing/payments.port.ts';
import { PortError, TransientError } from '../../functions/core/kernel/errors.ts';
import { organizationSlugSchema } from '../../functions/core/kernel/ids.ts';
import { stripeClient } from '../../functions/drivers/stripe/client.ts';
import { StripePaymentEvents } from '../../functions/drivers/stripe/payment-events.ts';
import { StripePayments } from '../../functions/drivers/stripe/payments.ts';
import { FakeStripe, PRICES, SECRET_KEY, WEBHOOK_SECRET } from '../fakes/fake-stripe.ts';
import { PaymentsModel } from '../fakes/payments-model.ts';

const HOUR = 3600_000;
const NEXT_MONTH = new Date('2026-02-01T00:00:00Z');
const ACME = organizationSlugSchema.parse('acme');

let now = new Date('2026-01-10T12:00:30Z');
const clock = () => now;
const stripe = new FakeStripe(clock);
const api = await stripe.start();
afterAll(() => stripe.stop());
beforeEach(() => {
  now = new Date('2026-01-10T12:00:30Z');
});

const model = new PaymentsModel(clock);

describe.each<[string, Payments, PaymentsModel]>([
  ['the model', model, model],
  [
    'the official library',
    new StripePayments(stripeClient({ secretKey: SECRET_KEY, api }), PRICES),
    stripe.model,
  ],
])('payments, over %s', (_, payments, state) => {
  const order = { organization: ACME, cycle: NEXT_MONTH, returnTo: 'https://app.test/usage' };

  it('make one customer of an organization', async () => {
    const customer = await payments.customerFor(ACME);
    expect(await payments.customerFor(ACME)).toBe(customer);
    expect(state.customers.size).toBe(1);
    await payments.describe(customer, { name: 'Acme', email: 'owner@example.com' });
    expect(state.customers.get(customer)).toMatchObject({ name: 'Acme', email: 'owner@example.com' });
    expect(await payments.account(customer)).toEqual({ organization: 'acme', subscriptions: [] });
    expect(await payments.account('cus_nobody')).toBe(undefined);
  });

  it('sell one subscription, whose plan can be changed', async () => {
    const customer = await payments.customerFor(ACME);
    await payments.checkout({ ...order, customer, plan: 'team' });
    await payments.checkout({ ...order, customer, plan: 'pro' });
    expect(state.pages.map(({ plan, open, cycle }) => [plan, open, cycle])).toEqual([
      ['team', false, NEXT_MONTH],
      ['pro', true, NEXT_MONTH],
    ]);
    const id = state.pay();
    const created = new Date('2026-01-10T12:00:30Z');
    expect((await payments.account(customer))?.subscriptions).toEqual([
      {
        id,
        plan: 'pro',
        status: 'active',
        cancels: false,
        created,
        periodEnd: new Date('2026-02-09T12:00:30Z'),
      },
    ]);
    state.declines = true;
    expect(await payments.switchPlan(id, 'team')).toEqual({ ok: false, error: 'declined' });
    state.declines = false;
    expect((await payments.switchPlan(id, 'team')).ok).toBe(true);
    expect(state.sold(id).plan).toBe('team');
    expect(await payments.portal(customer, order.returnTo)).toBe(`https://portal.test/${customer}`);
  });

  it('take an event once in a day, and tell what they have of a minute', async () => {
    const customer = await payments.customerFor(ACME);
    const event = { id: 'acme-2026-01-150', customer, cents: 150, at: now };
    await payments.report(event);
    now = new Date(now.getTime() + 20 * HOUR);
    await payments.report(event);
    expect(state.charged(customer)).toBe(150);
    expect(await payments.reportedIn(customer, event.at)).toBe(150);
    expect(await payments.reportedIn(customer, now)).toBe(0);
    now = new Date(now.getTime() + 5 * HOUR);
    await payments.report(event);
    expect(state.charged(customer)).toBe(300);
  });
});

describe('the official library', () => {
  const payments = new StripePayments(stripeClient({ secretKey: SECRET_KEY, api }), PRICES);
  const event = { id: 'faults', customer: 'cus_1', cents: 7, at: new Date('2026-01-10T13:00:00Z') };
  const charged = () => stripe.model.reportedIn('cus_1', event.at);

  it('says of a throttled request, and of one whose answer was lost, that asking again may help', async () => {
    stripe.faults.push('throttled');
    await expect(payments.report(event)).rejects.toThrow(TransientError);
    expect(await charged()).toBe(0);
    stripe.faults.push('lost', 'lost');
    await expect(payments.report(event)).rejects.toThrow(TransientError);
    expect(await charged()).toBe(7);
    // It has been taken, and Stripe says so by refusing it.
    await payments.report(event);
    expect(await charged()).toBe(7);
  });

  it('quotes nothing of a key that is refused', async () => {
    const wrong = new StripePayments(stripeClient({ secretKey: 'sk_test_wrong', api }), PRICES);
    const said = await wrong.account('cus_1').catch((error: unknown) => error);
    expect(said).toBeInstanceOf(PortError);
    expect(String(said)).not.toContain('sk_test');
  });

  it('takes an event for one of Stripe’s by its signature alone, for five minutes', () => {
    const events = new StripePaymentEvents(stripeClient({ secretKey: SECRET_KEY, api }), WEBHOOK_SECRET);
    const { body, headers } = stripe.event('customer.subscription.updated', 'cus_1', { at: now });
    const { 'stripe-signature': signature } = headers;
    const read = (text: string, signed: string, after = 0) =>
      events.read(text, signed, new Date(now.getTime() + after));
    expect(read(body, signature)).toMatchObject({
      ok: true,
      value: { type: 'customer.subscription.updated', customer: 'cus_1' },
    });
    const forged = { ok: false, error: 'forged' };
    expect(read(`${body} `, signature)).toEqual(forged);
    expect(read(body, '')).toEqual(forged);
    expect(read(body, signature, 301_000)).toEqual(forged);
    const other = stripe.event('customer.subscription.updated', 'cus_1', { secret: 'whsec_other', at: now });
    expect(read(other.body, other.headers['stripe-signature'])).toEqual(forged);
  });
});
