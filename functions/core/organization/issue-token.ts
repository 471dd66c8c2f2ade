import type { Permission } from '../../contract/permissions.ts';
import type { Clock } from '../kernel/clock.port.ts';
import { type UserId, newUuid, tokenIdSchema } from '../kernel/ids.ts';
import type { Random } from '../kernel/random.port.ts';
import type { Table } from '../kernel/table.port.ts';
import { type AccessToken, digestOf, newAccessToken } from './access-token.ts';
import { putNew, tokenItem } from './organization-store.ts';

export interface IssuePorts {
  readonly table: Table;
  readonly clock: Clock;
  readonly random: Random;
}

interface TokenRequest extends Pick<AccessToken, 'name' | 'user' | 'organization' | 'role'> {
  readonly scopes: readonly Permission[] | null;
  readonly expires_at: Date | null;
}

/** A token, and the record of it; neither is anywhere yet. */
export function newToken(
  { name, user, organization, role, scopes, expires_at }: TokenRequest,
  { clock, random }: Pick<IssuePorts, 'clock' | 'random'>,
): { readonly secret: string; readonly token: AccessToken } {
  const secret = newAccessToken(random);
  return {
    secret,
    token: {
      id: tokenIdSchema.parse(newUuid(random)),
      digest: digestOf(secret),
      name,
      user,
      organization,
      role,
      scopes: scopes === null ? null : [...scopes],
      expires_at: expires_at?.toISOString() ?? null,
      last_used_at: null,
      created_at: clock.now().toISOString(),
    },
  };
}

/** A personal access token without limits. The answer is the only time that it is seen. */
export async function issueToken(user: UserId, name: string, ports: IssuePorts): Promise<string> {
  const limits = { organization: null, role: null, scopes: null, expires_at: null };
  const { secret, token } = newToken({ name, user, ...limits }, ports);
  const written = await ports.table.write([putNew(tokenItem(token))]);
  if (!written.ok) throw new Error('a random token was taken: the source of randomness is broken');
  return secret;
}
