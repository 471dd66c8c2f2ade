import { URL } from 'node:url';
import { z } from 'zod';
import type { PaidPlan } from '../contract/plans.ts';

const price = z.string().regex(/^price_\w+$/, 'must be the id of a price in Stripe, such as price_1Abc');

/** Who collects what is owed: the same settings on every target, and none where nobody is billed. */
export const stripeSettings = {
  BASEPLANE_STRIPE_SECRET_KEY: z
    .string()
    .regex(/^(sk|rk)_\w+$/, 'must be a secret or a restricted key of Stripe')
    .optional(),
  BASEPLANE_STRIPE_WEBHOOK_SECRET: z
    .string()
    .regex(/^whsec_\S+$/, 'must be the signing secret of a webhook endpoint in Stripe')
    .optional(),
  BASEPLANE_STRIPE_PRICE_PRO: price.optional(),
  BASEPLANE_STRIPE_PRICE_TEAM: price.optional(),
  BASEPLANE_STRIPE_PRICE_USAGE: price.optional(),
  BASEPLANE_STRIPE_API_URL: z.url('must be a URL').optional(),
};

type Given = Readonly<Partial<Record<keyof typeof stripeSettings, string | undefined>>>;

export interface StripeSettings {
  readonly secretKey: string;
  /** Undefined: what Stripe tells is not listened to; what it has to say is asked by the job alone. */
  readonly webhookSecret: string | undefined;
  /** Ids of prices: of each plan that is sold, by the month, and of a cent of usage. */
  readonly prices: {
    readonly plans: Readonly<Partial<Record<PaidPlan, string>>>;
    readonly usage: string;
  };
  readonly api: URL;
}

/** Undefined: nobody is billed. */
export function stripeOf(given: Given): StripeSettings | undefined {
  const {
    BASEPLANE_STRIPE_SECRET_KEY: secretKey,
    BASEPLANE_STRIPE_PRICE_PRO: pro,
    BASEPLANE_STRIPE_PRICE_TEAM: team,
    BASEPLANE_STRIPE_PRICE_USAGE: usage,
  } = given;
  if (secretKey === undefined || pro === undefined || usage === undefined) return undefined;
  return {
    secretKey,
    webhookSecret: given.BASEPLANE_STRIPE_WEBHOOK_SECRET,
    prices: { plans: { pro, ...(team === undefined ? {} : { team }) }, usage },
    api: new URL(given.BASEPLANE_STRIPE_API_URL ?? 'https://api.stripe.com'),
  };
}

const NEEDED = [
  'BASEPLANE_STRIPE_SECRET_KEY',
  'BASEPLANE_STRIPE_PRICE_PRO',
  'BASEPLANE_STRIPE_PRICE_USAGE',
] as const;

export function stripeProblems(given: Given): readonly string[] {
  const isGiven = (name: string) => Object.entries(given).some(([key, value]) => key === name && value);
  const any = Object.keys(stripeSettings).some(isGiven);
  const missing = NEEDED.filter((name) => !isGiven(name));
  return any && missing.length > 0
    ? [`${missing.join(' and ')} must be set, too: without them Stripe bills nobody`]
    : [];
}
