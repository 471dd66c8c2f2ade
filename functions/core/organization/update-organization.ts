import type { Clock } from '../kernel/clock.port.ts';
import type { DomainError } from '../kernel/errors.ts';
import type { OrganizationSlug } from '../kernel/ids.ts';
import { type Result, ok } from '../kernel/result.ts';
import { auditWrite } from './audit.ts';
import { guardedChange } from './guarded-change.ts';
import type { Organization } from './organization.ts';
import type { OrganizationStore } from './organization-store.ts';
import type { Actor } from './principal.ts';

export function renameOrganization(
  slug: OrganizationSlug,
  name: string,
  actor: Actor,
  { organizations, clock }: { readonly organizations: OrganizationStore; readonly clock: Clock },
): Promise<Result<Organization, DomainError>> {
  return guardedChange(slug, organizations, (before) => {
    const organization = { ...before, name };
    const at = clock.now();
    const action = 'organization.rename';
    const audit = auditWrite({ organization: slug, action, subject: slug, actor, at, details: { name } });
    return ok({ organization, writes: [audit], answer: organization });
  });
}
