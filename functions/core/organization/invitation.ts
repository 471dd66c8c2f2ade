import { createHash } from 'node:crypto';
import { z } from 'zod';
import { ROLES } from '../../contract/permissions.ts';
import { organizationSlugSchema, userIdSchema } from '../kernel/ids.ts';
import type { Random } from '../kernel/random.port.ts';

/** What is kept of an invitation: never the token of its link, only the digest. */
export const invitationSchema = z.object({
  id: z.uuid(),
  organization: organizationSlugSchema,
  /** In lower case. */
  email: z.string(),
  role: z.enum(ROLES),
  invited_by: userIdSchema,
  /** SHA-256 of the token, in hex. */
  digest: z.string(),
  created_at: z.iso.datetime(),
  expires_at: z.iso.datetime(),
});

export type Invitation = z.infer<typeof invitationSchema>;

/** 256 bits, in hex. */
export const newInvitationToken = (random: Random) => Buffer.from(random.bytes(32)).toString('hex');

export const invitationDigest = (token: string) => createHash('sha256').update(token).digest('hex');
