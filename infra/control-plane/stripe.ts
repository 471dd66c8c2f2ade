import type { Settings } from './plan/settings.ts';

/**
 * What the functions are told that have to do with Stripe: the prices, and the secrets, which are SST's and of the stage.
 * The job has nothing to verify, so that it gets no key to do it with.
 */
export function stripeEnvironment({ stripe }: Settings) {
  if (stripe === undefined) return {};
  const ofBoth = {
    BASEPLANE_STRIPE_SECRET_KEY: new sst.Secret('StripeSecretKey').value,
    BASEPLANE_STRIPE_PRICE_PRO: stripe.pro,
    BASEPLANE_STRIPE_PRICE_USAGE: stripe.usage,
    ...(stripe.team === undefined ? {} : { BASEPLANE_STRIPE_PRICE_TEAM: stripe.team }),
  };
  const webhook = new sst.Secret('StripeWebhookSecret').value;
  return { billing: { ...ofBoth, BASEPLANE_STRIPE_WEBHOOK_SECRET: webhook }, reportUsage: ofBoth };
}
