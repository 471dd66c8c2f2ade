import type { OrganizationSlug } from '../core/kernel/ids.ts';
import { type QuotaPorts, enforceQuotas, release } from '../core/usage/enforce-quotas.ts';
import { restrictions } from '../core/usage/restriction.ts';
import { DATABASE_ANSWERS } from '../core/project/database-answers.ts';

/** Holds every organization that has something running, or something restricted, to its plan. */
export async function quotas(ports: QuotaPorts): Promise<void> {
  const known = await restrictions(ports.table);
  const running = await Promise.all(DATABASE_ANSWERS.map((status) => ports.projects.inStatus(status)));
  const slugs = new Set<OrganizationSlug>([
    ...running.flat().map(({ organization }) => organization),
    ...known.map(({ organization }) => organization),
  ]);
  for (const slug of slugs) {
    const own = known.filter(({ organization }) => organization === slug);
    try {
      const organization = await ports.organizations.organization(slug);
      if (organization !== undefined) await enforceQuotas(organization, own, ports);
      // Whoever it was that had no room, they are gone.
      else for (const restriction of own) await release(restriction, ports);
    } catch (error) {
      ports.log.error('could not hold an organization to its plan', error, { organization: slug });
    }
  }
}
