import type { Clock } from '../kernel/clock.port.ts';
import { type UserId, newUuid, tokenIdSchema } from '../kernel/ids.ts';
import type { Random } from '../kernel/random.port.ts';
import type { Table } from '../kernel/table.port.ts';
import { digestOf, newAccessToken } from './access-token.ts';
import { putNew, tokenItem } from './organization-store.ts';

export interface IssuePorts {
  readonly table: Table;
  readonly clock: Clock;
  readonly random: Random;
}

/** A personal access token without limits. The answer is the only time that it is seen. */
export async function issueToken(
  user: UserId,
  name: string,
  { table, clock, random }: IssuePorts,
): Promise<string> {
  const token = newAccessToken(random);
  const item = tokenItem({
    id: tokenIdSchema.parse(newUuid(random)),
    digest: digestOf(token),
    name,
    user,
    organization: null,
    scopes: null,
    expires_at: null,
    last_used_at: null,
    created_at: clock.now().toISOString(),
  });
  const written = await table.write([putNew(item)]);
  if (!written.ok) throw new Error('a random token was taken: the source of randomness is broken');
  return token;
}
