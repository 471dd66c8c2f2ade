import { Stripe } from 'stripe';
import { PortError, TransientError } from '../../core/kernel/errors.ts';

/** What of Stripe's refusals passes by itself: too many requests, a lock that somebody else holds, an outage. */
function passes(error: InstanceType<typeof Stripe.errors.StripeError>): boolean {
  const { statusCode = 500 } = error;
  return (
    error instanceof Stripe.errors.StripeConnectionError ||
    statusCode === 429 ||
    statusCode === 409 ||
    statusCode >= 500
  );
}

/** What `work` answers. What Stripe says of a key it does not say to people: it quotes a part of it. */
export async function translated<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof Stripe.errors.StripeError)) throw error;
    if (passes(error)) throw new TransientError('Stripe does not answer at this moment.', { cause: error });
    const isKey =
      error instanceof Stripe.errors.StripeAuthenticationError ||
      error instanceof Stripe.errors.StripePermissionError;
    if (isKey) {
      throw new PortError('Stripe does not take the secret key for this.', {
        suggestion: 'The operator looks at BASEPLANE_STRIPE_SECRET_KEY, and at what a restricted key may do.',
        cause: error,
      });
    }
    throw new PortError(`Stripe refused: ${error.message}`, {
      suggestion: 'The operator looks at the prices and the meter that are configured.',
      cause: error,
    });
  }
}

/** The same, or undefined where Stripe refuses for such a reason. */
export async function unless<T>(
  work: Promise<T>,
  expected: (error: InstanceType<typeof Stripe.errors.StripeError>) => boolean,
): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Stripe.errors.StripeError && expected(error)) return undefined;
    throw error;
  }
}
