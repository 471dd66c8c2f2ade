import { z } from 'zod';
import { organizationSlugSchema, projectRefSchema } from '../kernel/ids.ts';

/** What remains of a deleted project: that it is gone, when, and how that was established. */
export const certificateSchema = z.object({
  ref: projectRefSchema,
  name: z.string(),
  organization: organizationSlugSchema,
  created_at: z.iso.datetime(),
  removed_at: z.iso.datetime(),
  /** Each kind of resource that was deleted, and when its deletion was done. */
  deleted: z.array(z.object({ what: z.string(), at: z.iso.datetime() })),
  /** What the inventory still found of the project when it was asked: 0, or there would be no certificate. */
  remnants: z.literal(0),
});

export type TeardownCertificate = z.infer<typeof certificateSchema>;
