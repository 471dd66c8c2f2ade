import { Stripe } from 'stripe';
import type { PaidPlan } from '../../contract/plans.ts';
import type {
  Account,
  Payments,
  Subscription,
  SubscriptionStatus,
  UsageEvent,
} from '../../core/billing/payments.port.ts';
import { SUBSCRIPTION_STATUSES } from '../../core/billing/payments.port.ts';
import { PortError } from '../../core/kernel/errors.ts';
import type { OrganizationSlug } from '../../core/kernel/ids.ts';
import { type Result, err, ok } from '../../core/kernel/result.ts';
import { translated, unless } from './errors.ts';

export interface StripePrices {
  /** By the month, for a plan. */
  readonly plans: Readonly<Partial<Record<PaidPlan, string>>>;
  /** Of a cent, by the meter that usage is reported to. */
  readonly usage: string;
}

/** What the meter behind the price of usage listens to. */
const USAGE_EVENT = 'baseplane_usage_cents';

const MINUTE_SECONDS = 60;

const seconds = (at: Date) => Math.floor(at.getTime() / 1000);
const fromSeconds = (at: number) => new Date(at * 1000);

const isPlan = (name: string): name is PaidPlan => name === 'pro' || name === 'team';

/** Whether there is no such object. */
const isMissing = ({ code }: { readonly code?: string | undefined }) => code === 'resource_missing';

/** Stripe refuses an event whose identifier it has, by a code or by these words: then it has been taken. */
const isTaken = ({ code, message }: { readonly code?: string | undefined; readonly message: string }) =>
  code === 'duplicate_meter_event' || /already exists with identifier/.test(message);

const isDeclined = (error: InstanceType<typeof Stripe.errors.StripeError>) =>
  error instanceof Stripe.errors.StripeCardError || error.statusCode === 402;

export class StripePayments implements Payments {
  readonly plans: readonly PaidPlan[];
  readonly #stripe: Stripe;
  readonly #prices: StripePrices;

  constructor(stripe: Stripe, prices: StripePrices) {
    this.#stripe = stripe;
    this.#prices = prices;
    this.plans = Object.keys(prices.plans).filter(isPlan);
  }

  async customerFor(organization: OrganizationSlug): Promise<string> {
    // Stripe knows the key again for a day, and finds by metadata what is older than a minute.
    const query = `metadata['organization']:'${organization}'`;
    const { data } = await translated(this.#stripe.customers.search({ query, limit: 1 }));
    const [found] = data;
    if (found !== undefined) return found.id;
    const made = this.#stripe.customers.create(
      { metadata: { organization } },
      { idempotencyKey: `baseplane-customer-${organization}` },
    );
    return (await translated(made)).id;
  }

  async describe(customer: string, as: { readonly name: string; readonly email: string }): Promise<void> {
    await translated(this.#stripe.customers.update(customer, as));
  }

  async account(customer: string): Promise<Account | undefined> {
    const found = await translated(unless(this.#stripe.customers.retrieve(customer), isMissing));
    if (found === undefined || found.deleted) return undefined;
    const listed = this.#stripe.subscriptions.list({ customer, status: 'all', limit: 100 });
    const { data } = await translated(listed);
    return {
      organization: found.metadata['organization'],
      subscriptions: data.flatMap((each) => this.#read(each)),
    };
  }

  #read({
    id,
    items,
    status,
    cancel_at_period_end,
    cancel_at,
    created,
  }: Stripe.Subscription): Subscription[] {
    const known = SUBSCRIPTION_STATUSES.find((each): each is SubscriptionStatus => each === status);
    const sold = this.#planItem(items.data);
    if (known === undefined || sold === undefined) return [];
    const { plan, item } = sold;
    const cancels = cancel_at_period_end || cancel_at !== null;
    const periodEnd = fromSeconds(item.current_period_end);
    return [{ id, plan, status: known, periodEnd, cancels, created: fromSeconds(created) }];
  }

  #planItem(items: readonly Stripe.SubscriptionItem[]) {
    for (const plan of this.plans) {
      const item = items.find(({ price }) => price.id === this.#prices.plans[plan]);
      if (item !== undefined) return { plan, item };
    }
    return undefined;
  }

  #price(plan: PaidPlan): string {
    const price = this.#prices.plans[plan];
    if (price === undefined) throw new PortError(`There is no price for the plan "${plan}".`);
    return price;
  }

  async checkout(order: {
    readonly customer: string;
    readonly organization: OrganizationSlug;
    readonly plan: PaidPlan;
    readonly cycle: Date;
    readonly returnTo: string;
  }): Promise<string> {
    const { customer, organization, plan, cycle, returnTo } = order;
    const { sessions } = this.#stripe.checkout;
    const open = await translated(sessions.list({ customer, status: 'open', limit: 100 }));
    for (const { id } of open.data) await translated(sessions.expire(id));
    const made = sessions.create({
      mode: 'subscription',
      customer,
      client_reference_id: organization,
      line_items: [{ price: this.#price(plan), quantity: 1 }, { price: this.#prices.usage }],
      subscription_data: {
        metadata: { organization },
        billing_cycle_anchor: seconds(cycle),
        proration_behavior: 'create_prorations',
      },
      success_url: returnTo,
      cancel_url: returnTo,
    });
    return pageOf(await translated(made));
  }

  async portal(customer: string, returnTo: string): Promise<string> {
    const made = this.#stripe.billingPortal.sessions.create({ customer, return_url: returnTo });
    return pageOf(await translated(made));
  }

  async switchPlan(subscription: string, plan: PaidPlan): Promise<Result<void, 'declined'>> {
    const { items } = await translated(this.#stripe.subscriptions.retrieve(subscription));
    const sold = this.#planItem(items.data);
    if (sold === undefined) throw new PortError('The subscription is to no plan of this installation.');
    if (sold.plan === plan) return ok(undefined);
    const changed = this.#stripe.subscriptions.update(subscription, {
      items: [{ id: sold.item.id, price: this.#price(plan) }],
      proration_behavior: 'always_invoice',
      payment_behavior: 'error_if_incomplete',
    });
    return (await translated(unless(changed, isDeclined))) === undefined ? err('declined') : ok(undefined);
  }

  async report({ id, customer, cents, at }: UsageEvent): Promise<void> {
    const sent = this.#stripe.billing.meterEvents.create({
      event_name: USAGE_EVENT,
      identifier: id,
      timestamp: seconds(at),
      payload: { stripe_customer_id: customer, value: `${cents}` },
    });
    await translated(unless(sent, isTaken));
  }

  async reportedIn(customer: string, minute: Date): Promise<number> {
    const { recurring } = await translated(this.#stripe.prices.retrieve(this.#prices.usage));
    const meter = recurring?.meter ?? undefined;
    if (meter === undefined) throw new PortError('The price of usage belongs to no meter.');
    const start_time = Math.floor(seconds(minute) / MINUTE_SECONDS) * MINUTE_SECONDS;
    const range = { customer, start_time, end_time: start_time + MINUTE_SECONDS };
    const { data } = await translated(this.#stripe.billing.meters.listEventSummaries(meter, range));
    return data.reduce((sum, { aggregated_value: value }) => sum + value, 0);
  }
}

function pageOf({ url }: { readonly url: string | null }): string {
  if (url === null) throw new PortError('Stripe made no page to go to.');
  return url;
}
