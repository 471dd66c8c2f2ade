import { Stripe } from 'stripe';
import { z } from 'zod';
import type { PaymentEvent, PaymentEvents } from '../../core/billing/payments.port.ts';
import { type Result, err, ok } from '../../core/kernel/result.ts';

/** Stripe's own libraries allow as much between a signature and its arrival. */
const TOLERANCE_SECONDS = 300;

/** Of what an event is about, whom: its customer by id, or whole where Stripe was asked to expand it. */
const aboutSchema = z.object({
  object: z.string().optional(),
  id: z.string().optional(),
  customer: z.union([z.string(), z.object({ id: z.string() })]).nullish(),
});

export class StripePaymentEvents implements PaymentEvents {
  readonly #stripe: Stripe;
  readonly #secret: string;

  constructor(stripe: Stripe, secret: string) {
    this.#stripe = stripe;
    this.#secret = secret;
  }

  read(body: string, signature: string, now: Date): Result<PaymentEvent, 'forged'> {
    try {
      const { webhooks } = this.#stripe;
      const event = webhooks.constructEvent(
        body,
        signature,
        this.#secret,
        TOLERANCE_SECONDS,
        undefined,
        now.getTime(),
      );
      const { customer } = aboutSchema.parse(event.data.object);
      const id = typeof customer === 'object' ? customer?.id : customer;
      return ok({ id: event.id, type: event.type, customer: id });
    } catch (error) {
      if (error instanceof Stripe.errors.StripeSignatureVerificationError) return err('forged');
      throw error;
    }
  }
}
