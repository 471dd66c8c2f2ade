import { createHash, timingSafeEqual } from 'node:crypto';
import type { Config } from '../settings/config.ts';
import type { Caller } from './caller.ts';
import { createKeyTokens } from './key-tokens.ts';
import { isTemporaryKey, verifyApiKeyToken } from './token.ts';

/** A key that is taken: whoever calls with it. `opaque`: it is no JWT. */
type KeyMatch = { opaque: boolean; caller: Caller };

/** Finds out whose a presented API key is, in a time that does not depend on how much of it is right. */
export type KeyResolver = (presented: string) => Promise<KeyMatch | 'disabled' | undefined>;

type Kind = { opaque: boolean; key: 'publishable' | 'secret'; claims: Caller['claims'] & { role: string } };

export function createKeyResolver(config: Config): KeyResolver {
  const { keys, projectRef } = config;
  const tokenOf = createKeyTokens(config);
  const claimsOf = (claims: { role: string }) => ({ ...claims, iss: 'supabase', ref: projectRef });
  const anon = { key: 'publishable', claims: claimsOf({ role: 'anon' }) } as const;
  const service = { key: 'secret', claims: claimsOf({ role: 'service_role' }) } as const;
  const known: readonly { digest: Buffer; kind: Kind }[] = [
    { digest: digest(keys.anon), kind: { ...anon, opaque: false } },
    { digest: digest(keys.serviceRole), kind: { ...service, opaque: false } },
    ...Object.values(keys.publishable).map((key) => ({
      digest: digest(key),
      kind: { ...anon, opaque: true },
    })),
    ...Object.entries(keys.secret).map(([name, key]) => {
      const own = keys.claims[name];
      const kind = { ...service, ...(own === undefined ? {} : { claims: claimsOf(own) }), opaque: true };
      return { digest: digest(key), kind };
    }),
  ];

  async function matchOf({ opaque, key, claims }: Kind): Promise<KeyMatch | 'disabled'> {
    if (!opaque && !keys.legacyEnabled) return 'disabled';
    return { opaque, caller: { key, role: claims.role, claims, token: await tokenOf(claims) } };
  }

  return async (presented) => {
    const candidate = digest(presented);
    let kind: Kind | undefined;
    for (const each of known) if (timingSafeEqual(each.digest, candidate)) kind = each.kind;
    if (kind !== undefined) return matchOf(kind);
    if (presented.startsWith('sb_')) return undefined;
    // Keys stay good after others were issued from the same secret, as on Supabase.
    const claims = await verifyApiKeyToken(presented, config);
    if (claims === undefined) return undefined;
    if (isTemporaryKey(claims, config))
      return { opaque: false, caller: { key: 'secret', role: 'service_role', claims, token: presented } };
    return matchOf({ ...(claims['role'] === 'service_role' ? service : anon), opaque: false });
  };
}

function digest(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}
