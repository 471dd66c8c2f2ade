import { z } from 'zod';
import { ROLES } from '../../contract/permissions.ts';
import { PLANS } from '../../contract/plans.ts';
import { organizationSlugSchema, userIdSchema } from '../kernel/ids.ts';

export const userSchema = z.object({
  id: userIdSchema,
  email: z.string(),
  created_at: z.iso.datetime(),
});

export type User = z.infer<typeof userSchema>;

export const organizationSchema = z.object({
  slug: organizationSlugSchema,
  name: z.string(),
  plan: z.enum(PLANS),
  created_at: z.iso.datetime(),
});

export type Organization = z.infer<typeof organizationSchema>;

export const membershipSchema = z.object({
  organization: organizationSlugSchema,
  user: userIdSchema,
  role: z.enum(ROLES),
});

export type Membership = z.infer<typeof membershipSchema>;
