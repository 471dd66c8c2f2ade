import { z } from 'zod';
import { ROLES } from '../../contract/permissions.ts';
import { PAID_PLANS, PLANS } from '../../contract/plans.ts';
import { organizationSlugSchema, userIdSchema } from '../kernel/ids.ts';

export const userSchema = z.object({
  id: userIdSchema,
  email: z.string(),
  created_at: z.iso.datetime(),
});

export type User = z.infer<typeof userSchema>;

/**
 * `overdue`: a payment failed and is tried again. `grace`: it has ended, and the plan will. `over`: the plan has ended
 * with it.
 */
const subscriptionSchema = z.object({
  id: z.string(),
  plan: z.enum(PAID_PLANS),
  state: z.enum(['paid', 'overdue', 'grace', 'over']),
  /** Until when it has been paid for. */
  period_end: z.iso.datetime().nullable(),
  /** It has been cancelled, and ends with the period. */
  cancels: z.boolean(),
  /** When the grace is over; null: there is none. */
  ends_at: z.iso.datetime().nullable(),
});

export type SubscriptionRecord = z.infer<typeof subscriptionSchema>;

export const organizationSchema = z.object({
  slug: organizationSlugSchema,
  name: z.string(),
  plan: z.enum(PLANS),
  created_at: z.iso.datetime(),
  /** Absent of an organization that has never been about to pay. */
  payment: z
    .object({
      /** What the payment provider calls it. */
      customer: z.string(),
      subscription: subscriptionSchema.nullable(),
    })
    .optional(),
});

export type Organization = z.infer<typeof organizationSchema>;

export const membershipSchema = z.object({
  organization: organizationSlugSchema,
  user: userIdSchema,
  role: z.enum(ROLES),
});

export type Membership = z.infer<typeof membershipSchema>;

/** Whether a subscription says which plan it has. */
export const isSubscribed = ({ payment }: Pick<Organization, 'payment'>) =>
  payment !== undefined && payment.subscription !== null && payment.subscription.state !== 'over';

/** Whether there is a subscription whose invoices go on. */
export const isCharged = ({ payment }: Pick<Organization, 'payment'>) =>
  payment?.subscription?.state === 'paid' || payment?.subscription?.state === 'overdue';
