/** Supabase's plans, smallest first. */
export const PLANS = ['free', 'pro', 'team', 'enterprise'] as const;

export type Plan = (typeof PLANS)[number];
