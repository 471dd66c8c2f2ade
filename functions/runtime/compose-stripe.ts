import type { PaymentEvents, Payments } from '../core/billing/payments.port.ts';
import { stripeClient } from '../drivers/stripe/client.ts';
import { StripePaymentEvents } from '../drivers/stripe/payment-events.ts';
import { StripePayments } from '../drivers/stripe/payments.ts';
import type { StripeSettings } from './stripe-settings.ts';

/** Who collects what is owed, and what they tell by themselves; null: nobody does. */
export function composeStripe(settings: StripeSettings | undefined): {
  readonly payments: Payments | null;
  readonly paymentEvents: PaymentEvents | null;
} {
  if (settings === undefined) return { payments: null, paymentEvents: null };
  const { webhookSecret, prices } = settings;
  const stripe = stripeClient(settings);
  return {
    payments: new StripePayments(stripe, prices),
    paymentEvents: webhookSecret === undefined ? null : new StripePaymentEvents(stripe, webhookSecret),
  };
}
