import { z } from 'zod';
import {
  type OrganizationSlug,
  type UserId,
  newOrganizationSlug,
  newUuid,
  organizationSlugSchema,
  userIdSchema,
} from '../kernel/ids.ts';
import type { IssuePorts } from './issue-token.ts';
import type { Organization, User } from './organization.ts';
import {
  OrganizationStore,
  membershipItem,
  organizationItem,
  putNew,
  userItem,
} from './organization-store.ts';
import { claimEmail } from './user-store.ts';

export interface FirstUser {
  readonly user: UserId;
  readonly organization: OrganizationSlug;
}

export const FIRST_USER = { pk: 'INSTALLATION', sk: 'FIRST_USER' };

const schema = z.object({ user: userIdSchema, organization: organizationSlugSchema });

/** The owner of a cloud that nobody has signed up to: made at the first call, with an organization, both or none. */
export async function firstUser(email: string, ports: IssuePorts): Promise<FirstUser> {
  const { table, clock, random } = ports;
  const found = await table.get(FIRST_USER);
  if (found !== undefined) {
    const first = schema.parse(found.data);
    // Installations from before addresses were claimed have none; anybody's later claim stands.
    const user = await new OrganizationStore(table).user(first.user);
    if (user !== undefined) await table.write([claimEmail(user)]);
    return first;
  }
  const created_at = clock.now().toISOString();
  const user: User = { id: userIdSchema.parse(newUuid(random)), email, created_at };
  const slug = newOrganizationSlug(random);
  const organization: Organization = { slug, name: 'My organization', plan: 'enterprise', created_at };
  const made = { user: user.id, organization: slug };
  const written = await table.write([
    putNew({ ...FIRST_USER, data: made }),
    putNew(userItem(user)),
    claimEmail(user),
    putNew(organizationItem(organization)),
    putNew(membershipItem({ organization: slug, user: user.id, role: 'owner' })),
  ]);
  if (!written.ok) throw new Error('two processes made the first user at the same time');
  return made;
}
