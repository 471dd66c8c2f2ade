import type { Clock } from '../kernel/clock.port.ts';
import { newOrganizationSlug } from '../kernel/ids.ts';
import type { Random } from '../kernel/random.port.ts';
import type { Table } from '../kernel/table.port.ts';
import { auditWrite } from './audit.ts';
import type { Organization } from './organization.ts';
import { membershipItem, organizationItem, putNew } from './organization-store.ts';
import type { Actor } from './principal.ts';

export interface CreateOrganizationPorts {
  readonly table: Table;
  readonly clock: Clock;
  readonly random: Random;
}

/** Its creator becomes its first owner. */
export async function createOrganization(
  name: string,
  actor: Actor,
  ports: CreateOrganizationPorts,
): Promise<Organization> {
  const at = ports.clock.now();
  const slug = newOrganizationSlug(ports.random);
  const organization: Organization = { slug, name, plan: 'free', created_at: at.toISOString() };
  const written = await ports.table.write([
    putNew(organizationItem(organization)),
    putNew(membershipItem({ organization: slug, user: actor.user, role: 'owner' })),
    auditWrite({ organization: slug, action: 'organization.create', subject: slug, actor, at }),
  ]);
  if (!written.ok)
    throw new Error('a random organization slug was taken: the source of randomness is broken');
  return organization;
}
