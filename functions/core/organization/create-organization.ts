import type { Clock } from '../kernel/clock.port.ts';
import { type DomainError, fail } from '../kernel/errors.ts';
import { newOrganizationSlug } from '../kernel/ids.ts';
import type { Random } from '../kernel/random.port.ts';
import { type Result, ok } from '../kernel/result.ts';
import type { Write } from '../kernel/table.port.ts';
import { auditWrite } from './audit.ts';
import type { Organization } from './organization.ts';
import { type OrganizationStore, membershipItem, organizationItem, putNew } from './organization-store.ts';
import type { Actor, Principal } from './principal.ts';

export interface CreateOrganizationPorts {
  readonly organizations: OrganizationStore;
  readonly clock: Clock;
  readonly random: Random;
}

/** Its creator becomes its first owner. */
export async function createOrganization(
  name: string,
  principal: Principal,
  actor: Actor,
  ports: CreateOrganizationPorts,
): Promise<Result<Organization, DomainError>> {
  if (principal.token !== undefined && principal.token.organization !== null) {
    return fail('forbidden', 'The access token reaches one organization, and can make no other.', {
      suggestion: 'Sign in, or use a personal access token that is not bound to an organization.',
    });
  }
  const { organization, writes } = newOrganization(name, actor, ports);
  const written = await ports.organizations.write(writes);
  if (!written.ok)
    throw new Error('a random organization slug was taken: the source of randomness is broken');
  return ok(organization);
}

/** An organization with its one owner; not yet anywhere. */
export function newOrganization(
  name: string,
  actor: Actor,
  { clock, random }: Pick<CreateOrganizationPorts, 'clock' | 'random'>,
): { readonly organization: Organization; readonly writes: readonly Write[] } {
  const at = clock.now();
  const slug = newOrganizationSlug(random);
  const organization: Organization = { slug, name, plan: 'free', created_at: at.toISOString() };
  const writes = [
    putNew(organizationItem(organization)),
    putNew(membershipItem({ organization: slug, user: actor.user, role: 'owner' })),
    auditWrite({ organization: slug, action: 'organization.create', subject: slug, actor, at }),
  ];
  return { organization, writes };
}
