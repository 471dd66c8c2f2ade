import { hash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { z } from 'zod';
import { PERMISSIONS, ROLES } from '../../contract/permissions.ts';
import { organizationSlugSchema, tokenIdSchema, userIdSchema } from '../kernel/ids.ts';
import type { Random } from '../kernel/random.port.ts';

/** What is kept of an access token: never the token, only its digest. */
export const accessTokenSchema = z.object({
  id: tokenIdSchema,
  /** SHA-256 of the token, in hex. */
  digest: z.string().regex(/^[0-9a-f]{64}$/),
  name: z.string(),
  /** Whom it acts for; who made it, where an organization owns it. */
  user: userIdSchema,
  /** Set: the token reaches this organization only. */
  organization: organizationSlugSchema.nullable(),
  /** Set: the organization owns it, and it acts with this role whatever becomes of its maker. */
  role: z.enum(ROLES).nullable().default(null),
  /** Set: no more than these of its role's permissions. */
  scopes: z.array(z.enum(PERMISSIONS)).nullable(),
  expires_at: z.iso.datetime().nullable(),
  last_used_at: z.iso.datetime().nullable(),
  created_at: z.iso.datetime(),
});

export type AccessToken = z.infer<typeof accessTokenSchema>;

const checksum = (random: string) => crc32(random).toString(16).padStart(8, '0');

/**
 * `sbp_`, 32 random hex digits, and the CRC-32 of those digits in 8 more: the shape Supabase's CLI accepts, and one
 * that a leak scanner can tell from noise without asking us.
 */
export function newAccessToken(random: Random): string {
  const digits = Buffer.from(random.bytes(16)).toString('hex');
  return `sbp_${digits}${checksum(digits)}`;
}

export function isAccessToken(text: string): boolean {
  const match = /^sbp_([0-9a-f]{32})([0-9a-f]{8})$/.exec(text);
  return match?.[1] !== undefined && checksum(match[1]) === match[2];
}

export function digestOf(token: string): string {
  return hash('sha256', token);
}
