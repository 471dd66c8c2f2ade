import { createHash, timingSafeEqual } from 'node:crypto';
import type { Config } from '../settings/config.ts';
import { verifyApiKeyToken } from './token.ts';

export type KeyMatch = { type: 'publishable' | 'secret'; opaque: boolean; role: 'anon' | 'service_role' };

/** Finds out what a presented API key is, in a time that does not depend on how much of it is right. */
export type KeyResolver = (presented: string) => Promise<KeyMatch | undefined>;

export function createKeyResolver(
  config: Pick<Config, 'keys' | 'jwtSecret' | 'projectRef' | 'signingKeys'>,
): KeyResolver {
  const { keys } = config;
  const known = [
    { digest: digest(keys.anon), match: { type: 'publishable', opaque: false, role: 'anon' } },
    { digest: digest(keys.serviceRole), match: { type: 'secret', opaque: false, role: 'service_role' } },
    ...keys.publishable.map((key) => ({
      digest: digest(key),
      match: { type: 'publishable', opaque: true, role: 'anon' } as const,
    })),
    ...keys.secret.map((key) => ({
      digest: digest(key),
      match: { type: 'secret', opaque: true, role: 'service_role' } as const,
    })),
  ] satisfies { digest: Buffer; match: KeyMatch }[];

  return async (presented) => {
    const candidate = digest(presented);
    let match: KeyMatch | undefined;
    for (const key of known) if (timingSafeEqual(key.digest, candidate)) match = key.match;
    if (match !== undefined || presented.startsWith('sb_')) return match;
    // Keys stay good after others were issued from the same secret, as on Supabase.
    const claims = await verifyApiKeyToken(presented, config);
    if (claims === undefined) return undefined;
    return claims['role'] === 'service_role'
      ? { type: 'secret', opaque: false, role: 'service_role' }
      : { type: 'publishable', opaque: false, role: 'anon' };
  };
}

function digest(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}
