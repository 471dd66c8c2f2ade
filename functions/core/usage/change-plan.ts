import type { Plan } from '../../contract/plans.ts';
import type { Clock } from '../kernel/clock.port.ts';
import { type DomainError, fail } from '../kernel/errors.ts';
import type { OrganizationSlug } from '../kernel/ids.ts';
import { type Result, ok } from '../kernel/result.ts';
import type { Write } from '../kernel/table.port.ts';
import { auditWrite } from '../organization/audit.ts';
import { guardedChange } from '../organization/guarded-change.ts';
import { type Organization, isSubscribed } from '../organization/organization.ts';
import type { OrganizationStore } from '../organization/organization-store.ts';
import type { Actor } from '../organization/principal.ts';
import { planChangeWrite } from './plan-periods.ts';

const SUBSCRIBED = fail('conflict', 'The plan of this organization goes by its subscription.', {
  suggestion: 'Change or cancel the subscription: the plan follows.',
});

/** Gives an organization another plan from now on; what it had until now is billed by what it had. */
export function changePlan(
  slug: OrganizationSlug,
  plan: Plan,
  actor: Actor,
  { organizations, clock }: { readonly organizations: OrganizationStore; readonly clock: Clock },
): Promise<Result<Organization, DomainError>> {
  return guardedChange(slug, organizations, (before) => {
    if (before.plan === plan) return ok({ writes: [], answer: before });
    if (isSubscribed(before)) return SUBSCRIBED;
    const organization = { ...before, plan };
    return ok({ organization, writes: planWrites(before, plan, actor, clock.now()), answer: organization });
  });
}

/** What stands beside an organization's own record in the transaction that gives it another plan. */
export function planWrites(
  { slug, plan: from }: Organization,
  to: Plan,
  actor: Actor,
  at: Date,
): readonly Write[] {
  const details = { from, to };
  const action = 'organization.change_plan';
  return [
    planChangeWrite(slug, { ...details, at: at.toISOString() }),
    auditWrite({ organization: slug, action, subject: slug, actor, at, details }),
  ];
}
