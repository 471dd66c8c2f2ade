import { ROLES, type Role } from '../../contract/permissions.ts';
import type { Clock } from '../kernel/clock.port.ts';
import { type DomainError, fail } from '../kernel/errors.ts';
import type { OrganizationSlug, UserId } from '../kernel/ids.ts';
import { type Result, ok } from '../kernel/result.ts';
import { auditWrite } from './audit.ts';
import { guardedChange } from './guarded-change.ts';
import type { Membership } from './organization.ts';
import { type OrganizationStore, membershipItem, removeMember as removal } from './organization-store.ts';
import { type Actor, type Principal, isPerson, roleIn } from './principal.ts';

export interface MembersPorts {
  readonly organizations: OrganizationStore;
  readonly clock: Clock;
}

interface Who {
  readonly principal: Principal;
  readonly actor: Actor;
}

const NO_SUCH_MEMBER = fail('not_found', 'Nobody with this id is a member.', { field: 'path.user_id' });

const LAST_OWNER = fail('conflict', 'An organization needs an owner, and this is its last one.', {
  suggestion: 'Make somebody else an owner first, or delete the organization.',
});

/** Nobody can give or take a role above their own. */
export function mayGrant(
  principal: Principal,
  organization: OrganizationSlug,
  role: Role,
): Result<void, DomainError> {
  const own = roleIn(principal, organization);
  if (own !== undefined && ROLES.indexOf(own) <= ROLES.indexOf(role)) return ok(undefined);
  return fail('forbidden', `The role ${role} is above your own.`, {
    suggestion: 'Ask a member with that role or a higher one.',
  });
}

export function setRole(
  slug: OrganizationSlug,
  user: UserId,
  role: Role,
  { principal, actor }: Who,
  { organizations, clock }: MembersPorts,
): Promise<Result<Membership, DomainError>> {
  return guardedChange(slug, organizations, (_, members) => {
    const member = members.find((each) => each.user === user);
    if (member === undefined) return NO_SUCH_MEMBER;
    for (const each of [member.role, role]) {
      const allowed = mayGrant(principal, slug, each);
      if (!allowed.ok) return allowed;
    }
    if (role !== 'owner' && isLastOwner(member, members)) return LAST_OWNER;
    const next = { ...member, role };
    const details = { from: member.role, to: role };
    const audit = {
      organization: slug,
      action: 'member.role',
      subject: user,
      actor,
      at: clock.now(),
      details,
    };
    const put = { kind: 'put', item: membershipItem(next), if: 'any' } as const;
    return ok({ writes: [put, auditWrite(audit)], answer: next });
  });
}

export function removeMember(
  slug: OrganizationSlug,
  user: UserId,
  { principal, actor }: Who,
  { organizations, clock }: MembersPorts,
): Promise<Result<undefined, DomainError>> {
  return guardedChange(slug, organizations, (_, members) => {
    const member = members.find((each) => each.user === user);
    if (member === undefined) return NO_SUCH_MEMBER;
    const allowed = mayGrant(principal, slug, member.role);
    if (!allowed.ok) return allowed;
    return leaving(member, members, 'member.remove', actor, clock.now());
  });
}

/** Takes no permission of the role, and for that a token that stands for the person. */
export async function leaveOrganization(
  slug: OrganizationSlug,
  { principal, actor }: Who,
  { organizations, clock }: MembersPorts,
): Promise<Result<undefined, DomainError>> {
  if (!isPerson(principal)) {
    return fail('forbidden', 'Only a person can leave an organization.', {
      suggestion: 'Sign in, or use a personal access token without scopes.',
    });
  }
  return guardedChange(slug, organizations, (_, members) => {
    const member = members.find((each) => each.user === principal.user.id);
    if (member === undefined) return NO_SUCH_MEMBER;
    return leaving(member, members, 'member.leave', actor, clock.now());
  });
}

function leaving(member: Membership, members: readonly Membership[], action: string, actor: Actor, at: Date) {
  if (isLastOwner(member, members)) return LAST_OWNER;
  const { organization, user: subject, role } = member;
  const audit = auditWrite({ organization, action, subject, actor, at, details: { role } });
  return ok({ writes: [removal(member), audit], answer: undefined });
}

function isLastOwner(member: Membership, members: readonly Membership[]): boolean {
  return member.role === 'owner' && members.filter(({ role }) => role === 'owner').length === 1;
}
