import type { Clock } from '../kernel/clock.port.ts';
import { newOrganizationSlug, newUuid, tokenIdSchema, userIdSchema } from '../kernel/ids.ts';
import type { Random } from '../kernel/random.port.ts';
import type { Table } from '../kernel/table.port.ts';
import { digestOf, newAccessToken } from './access-token.ts';
import type { Organization, User } from './organization.ts';
import { membershipItem, organizationItem, putNew, tokenItem, userItem } from './organization-store.ts';

export interface FirstUser {
  readonly organization: Organization;
  /** Shown now and never again. */
  readonly token: string;
}

/** The owner of a cloud that nobody has signed up to yet: a user, an organization and a token, all or none. */
export async function createFirstUser(
  email: string,
  ports: { readonly table: Table; readonly clock: Clock; readonly random: Random },
): Promise<FirstUser> {
  const { random } = ports;
  const created_at = ports.clock.now().toISOString();
  const user: User = { id: userIdSchema.parse(newUuid(random)), email, created_at };
  const slug = newOrganizationSlug(random);
  const organization: Organization = { slug, name: 'My organization', plan: 'enterprise', created_at };
  const token = newAccessToken(random);
  const written = await ports.table.write([
    putNew(userItem(user)),
    putNew(organizationItem(organization)),
    putNew(membershipItem({ organization: slug, user: user.id, role: 'owner' })),
    putNew(
      tokenItem({
        id: tokenIdSchema.parse(newUuid(random)),
        digest: digestOf(token),
        name: 'first token',
        user: user.id,
        organization: null,
        scopes: null,
        expires_at: null,
        last_used_at: null,
        created_at,
      }),
    ),
  ]);
  if (!written.ok) throw new Error('a random id was taken: the source of randomness is broken');
  return { organization, token };
}
