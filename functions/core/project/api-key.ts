import { z } from 'zod';
import { newUuid } from '../kernel/ids.ts';
import type { Random } from '../kernel/random.port.ts';

/** A key of a project's own making, as its secret keeps it. */
export const apiKeySchema = z.object({
  id: z.uuid(),
  type: z.enum(['publishable', 'secret']),
  name: z.string(),
  description: z.string().nullable(),
  key: z.string(),
  /** The claims that a request with a secret key acts under, the role among them; null for a publishable one. */
  secret_jwt_template: z.record(z.string(), z.json()).nullable(),
  /** Null for keys from before this was kept. */
  inserted_at: z.iso.datetime().nullable(),
  updated_at: z.iso.datetime().nullable(),
});

export type ApiKey = z.infer<typeof apiKeySchema>;

/** What a secret key is good for unless its template says otherwise. */
export const SERVICE_ROLE = { role: 'service_role' } as const;

const KEY_BYTES = 24;

export type NewApiKey = Pick<ApiKey, 'type' | 'name' | 'description'> &
  Partial<Pick<ApiKey, 'secret_jwt_template'>>;

export function newApiKey(
  { type, name, description, secret_jwt_template }: NewApiKey,
  { now, random }: { readonly now: Date; readonly random: Random },
): ApiKey {
  const at = now.toISOString();
  return {
    id: newUuid(random),
    type,
    name,
    description,
    key: `sb_${type}_${Buffer.from(random.bytes(KEY_BYTES)).toString('base64url')}`,
    secret_jwt_template: type === 'secret' ? (secret_jwt_template ?? SERVICE_ROLE) : null,
    inserted_at: at,
    updated_at: at,
  };
}
