import { z } from 'zod';

export const SIGNING_ALGORITHMS = ['EdDSA', 'ES256', 'RS256', 'HS256'] as const;
export type SigningAlgorithm = (typeof SIGNING_ALGORITHMS)[number];

export const SIGNING_KEY_STATUSES = ['in_use', 'previously_used', 'revoked', 'standby'] as const;
export type SigningKeyStatus = (typeof SIGNING_KEY_STATUSES)[number];

/** The members of a JSON Web Key that are its material (RFC 7518); what it is used for, its status says. */
export const privateJwkSchema = z.object({ kty: z.enum(['EC', 'RSA', 'OKP', 'oct']) }).catchall(z.string());
export type PrivateJwk = z.infer<typeof privateJwkSchema>;

/** A key that tokens of a project are signed with, as its secret keeps it. */
export const signingKeySchema = z.object({
  /** Names it in the header of a token, as `kid`. */
  id: z.uuid(),
  algorithm: z.enum(SIGNING_ALGORITHMS),
  status: z.enum(SIGNING_KEY_STATUSES),
  /** Absent: it is the project's JWT secret. */
  private_jwk: privateJwkSchema.optional(),
  created_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
});

export type SigningKey = z.infer<typeof signingKeySchema>;
