import type { Plan } from '../../contract/plans.ts';
import type { Clock } from '../kernel/clock.port.ts';
import type { DomainError } from '../kernel/errors.ts';
import type { OrganizationSlug } from '../kernel/ids.ts';
import { type Result, ok } from '../kernel/result.ts';
import { auditWrite } from '../organization/audit.ts';
import { guardedChange } from '../organization/guarded-change.ts';
import type { Organization } from '../organization/organization.ts';
import type { OrganizationStore } from '../organization/organization-store.ts';
import type { Actor } from '../organization/principal.ts';
import { planChangeWrite } from './plan-periods.ts';

/** Gives an organization another plan from now on; what it had until now is billed by what it had. */
export function changePlan(
  slug: OrganizationSlug,
  plan: Plan,
  actor: Actor,
  { organizations, clock }: { readonly organizations: OrganizationStore; readonly clock: Clock },
): Promise<Result<Organization, DomainError>> {
  return guardedChange(slug, organizations, (before) => {
    if (before.plan === plan) return ok({ writes: [], answer: before });
    const at = clock.now();
    const organization = { ...before, plan };
    const details = { from: before.plan, to: plan };
    const action = 'organization.change_plan';
    return ok({
      organization,
      writes: [
        planChangeWrite(slug, { ...details, at: at.toISOString() }),
        auditWrite({ organization: slug, action, subject: slug, actor, at, details }),
      ],
      answer: organization,
    });
  });
}
