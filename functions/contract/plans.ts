/** Supabase's plans, smallest first. */
export const PLANS = ['free', 'pro', 'team', 'enterprise'] as const;

export type Plan = (typeof PLANS)[number];

/** What an organization can subscribe to; `free` needs no subscription, and a contract is made by hand. */
export const PAID_PLANS = ['pro', 'team'] as const satisfies readonly Plan[];

export type PaidPlan = (typeof PAID_PLANS)[number];
