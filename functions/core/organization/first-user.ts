import { z } from 'zod';
import {
  type UserId,
  newOrganizationSlug,
  newUuid,
  organizationSlugSchema,
  userIdSchema,
} from '../kernel/ids.ts';
import type { Table, Versioned, Write } from '../kernel/table.port.ts';
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

/** Whom a cloud belongs to that nobody has signed up to. An address that no sign-up can prove to be its own. */
export const PLACEHOLDER = 'owner@localhost';

const FIRST_USER = { pk: 'INSTALLATION', sk: 'FIRST_USER' };

const schema = z.object({
  user: userIdSchema,
  organization: organizationSlugSchema,
  /** Who signed up first where the first user is the placeholder, and owns its organization since. */
  heir: userIdSchema.optional(),
});

export type FirstUser = z.infer<typeof schema>;

export async function findFirstUser(table: Table): Promise<Versioned<FirstUser> | undefined> {
  const found = await table.get(FIRST_USER);
  return found && { value: schema.parse(found.data), version: found.version };
}

/** Makes somebody the heir, if nobody has become it meanwhile. */
export const inherit = ({ value, version }: Versioned<FirstUser>, heir: UserId): Write => ({
  kind: 'put',
  item: { ...FIRST_USER, data: { ...value, heir } },
  if: { version },
});

/** The owner of a cloud that nobody has signed up to: made at the first call, with an organization, both or none. */
export async function firstUser(email: string, ports: IssuePorts): Promise<FirstUser> {
  const { table, clock, random } = ports;
  const found = await findFirstUser(table);
  if (found !== undefined) {
    const first = found.value;
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
