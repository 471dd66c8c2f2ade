import type { Permission } from '../../contract/permissions.ts';
import type { OrganizationSlug, UserId } from '../kernel/ids.ts';
import type { Membership, User } from './organization.ts';
import { roleGrants } from './roles.ts';

/** Who is asking, and the limits of what they asked with. */
export interface Principal {
  readonly user: User;
  readonly memberships: readonly Membership[];
  /** Null: no limit beyond the memberships. */
  readonly scopes: readonly Permission[] | null;
}

/** Who did something, as audit events keep it. */
export interface Actor {
  readonly user: UserId;
  readonly email: string;
  /** The address the request came from. */
  readonly ip: string;
  readonly request_id: string;
}

export type Verdict = 'granted' | 'denied' | 'stranger';

/** `stranger`: the organization must not even be known to exist. */
export function judge(principal: Principal, organization: OrganizationSlug, permission: Permission): Verdict {
  const membership = principal.memberships.find((each) => each.organization === organization);
  if (membership === undefined) return 'stranger';
  const inScope = principal.scopes === null || principal.scopes.includes(permission);
  return inScope && roleGrants(membership.role, permission) ? 'granted' : 'denied';
}
