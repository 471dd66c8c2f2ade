import type { Result } from '../kernel/result.ts';
import type { OrganizationSlug } from '../kernel/ids.ts';
import type { PaidPlan } from '../../contract/plans.ts';

/** In the words of Stripe. */
export const SUBSCRIPTION_STATUSES = [
  'active',
  'trialing',
  'past_due',
  'unpaid',
  'paused',
  'canceled',
  'incomplete',
  'incomplete_expired',
] as const;

export type SubscriptionStatus = (typeof SUBSCRIPTION_STATUSES)[number];

export interface Subscription {
  readonly id: string;
  readonly plan: PaidPlan;
  readonly status: SubscriptionStatus;
  readonly periodEnd: Date | null;
  /** It ends with the period. */
  readonly cancels: boolean;
  readonly created: Date;
}

/** What the payment provider knows of a customer at this moment. */
export interface Account {
  /** Whom it was made for, as the customer's metadata say. */
  readonly organization: string | undefined;
  /** Those to a plan of this installation, whatever became of them. */
  readonly subscriptions: readonly Subscription[];
}

/** An amount to be put on the customer's next invoice. */
export interface UsageEvent {
  /** Of two events with the same one the provider takes the first, if the other comes within a day. */
  readonly id: string;
  readonly customer: string;
  readonly cents: number;
  /** A whole second; of the last 35 days. */
  readonly at: Date;
}

/** Whoever collects what is owed. Drivers throw TransientError and PortError. */
export interface Payments {
  /** What can be subscribed to. */
  readonly plans: readonly PaidPlan[];
  /** The customer of an organization: asking again makes no second one. */
  customerFor(organization: OrganizationSlug): Promise<string>;
  describe(customer: string, as: { readonly name: string; readonly email: string }): Promise<void>;
  /** Undefined: there is no such customer, or not any more. */
  account(customer: string): Promise<Account | undefined>;
  /** The address of a page to subscribe at. Pages that were open are closed: one subscription comes out of them. */
  checkout(order: {
    readonly customer: string;
    readonly organization: OrganizationSlug;
    readonly plan: PaidPlan;
    /** From when on the periods are whole ones. */
    readonly cycle: Date;
    readonly returnTo: string;
  }): Promise<string>;
  /** The address of a page to see invoices, to change how is paid, and to cancel. */
  portal(customer: string, returnTo: string): Promise<string>;
  /** `declined`: what is to be paid for it at once was not; all is as it was. */
  switchPlan(subscription: string, plan: PaidPlan): Promise<Result<void, 'declined'>>;
  report(event: UsageEvent): Promise<void>;
  /** The cents of the events in the minute of that time, some minutes after they came. */
  reportedIn(customer: string, minute: Date): Promise<number>;
}

/** What the provider tells by itself. */
export interface PaymentEvent {
  readonly id: string;
  readonly type: string;
  /** Whom it is about, if anybody. */
  readonly customer: string | undefined;
}

export interface PaymentEvents {
  /** `forged`: it is not from the provider, or has been on its way for too long. */
  read(body: string, signature: string, now: Date): Result<PaymentEvent, 'forged'>;
}
