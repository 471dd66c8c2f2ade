import type { Permission, Role } from '../../contract/permissions.ts';
import type { OrganizationSlug, UserId } from '../kernel/ids.ts';
import type { AccessToken } from './access-token.ts';
import type { Membership, User } from './organization.ts';
import { roleGrants } from './roles.ts';

/** Who is asking, and the limits of what they asked with. */
export interface Principal {
  readonly user: User;
  readonly memberships: readonly Membership[];
  /** Null: no limit beyond the memberships. */
  readonly scopes: readonly Permission[] | null;
  /** What they asked with; absent of somebody who signed in. */
  readonly token?: AccessToken;
}

/** Who did something, as audit events keep it. */
export interface Actor {
  readonly user: UserId;
  readonly email: string;
  /** Id of the access token that it was done with. */
  readonly token?: string;
  /** The address the request came from. */
  readonly ip: string;
  readonly request_id: string;
}

export type Verdict = 'granted' | 'denied' | 'stranger';

export function roleIn(principal: Principal, organization: OrganizationSlug): Role | undefined {
  return principal.memberships.find((each) => each.organization === organization)?.role;
}

/** For what belongs to no organization, a token's scopes alone can be too narrow. */
export function inScope({ scopes }: Principal, permission: Permission): boolean {
  return scopes === null || scopes.includes(permission);
}

/** Whether it stands for a person, with all that the person may do: neither an organization's token nor a scoped one. */
export function isPerson({ token, scopes }: Principal): boolean {
  return scopes === null && (token === undefined || token.organization === null);
}

/** `stranger`: the organization must not even be known to exist. */
export function judge(principal: Principal, organization: OrganizationSlug, permission: Permission): Verdict {
  const role = roleIn(principal, organization);
  if (role === undefined) return 'stranger';
  return inScope(principal, permission) && roleGrants(role, permission) ? 'granted' : 'denied';
}
