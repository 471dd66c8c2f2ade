import { type Permission, ROLES, type Role } from '../../contract/permissions.ts';
import { type DomainError, fail } from '../kernel/errors.ts';
import type { OrganizationSlug } from '../kernel/ids.ts';
import { type Result, ok } from '../kernel/result.ts';
import type { AccessToken } from './access-token.ts';
import { type IssuePorts, newToken } from './issue-token.ts';
import { auditWrite } from './audit.ts';
import { type OrganizationStore, putNew, removeToken, tokenItem } from './organization-store.ts';
import { type Actor, type Principal, roleIn } from './principal.ts';

export interface TokenPorts extends Omit<IssuePorts, 'table'> {
  readonly organizations: OrganizationStore;
}

export interface MintToken {
  readonly name: string;
  readonly scopes: readonly Permission[] | null;
  readonly expires_at: Date | null;
}

interface Who {
  readonly principal: Principal;
  readonly actor: Actor;
}

/** The token itself is in this answer and nowhere else. */
interface Minted {
  readonly token: AccessToken;
  readonly secret: string;
}

/** Acts for the caller: for as long as the caller may do something, the token may. */
export async function mintPersonalToken(
  asked: MintToken & { readonly organization: OrganizationSlug | null },
  { principal, actor }: Who,
  ports: TokenPorts,
): Promise<Result<Minted, DomainError>> {
  const { token } = principal;
  if (token !== undefined && token.role !== null) {
    return fail('forbidden', 'A token of an organization stands for no person.', {
      suggestion: 'POST /platform/organizations/{slug}/tokens makes another one of the organization’s.',
    });
  }
  const reach = token?.organization ?? asked.organization;
  if (asked.organization !== null && asked.organization !== reach) return beyond('organization');
  if (reach !== null && roleIn(principal, reach) === undefined) {
    return fail('not_found', 'Organization not found.', { field: 'body.organization_slug' });
  }
  const within = withinOwn(asked, principal, ports);
  if (!within.ok) return within;
  const made = newToken({ ...asked, user: principal.user.id, organization: reach, role: null }, ports);
  return save(made, null, actor, ports);
}

/** Acts for the organization, with a role of its own: it stays when its maker leaves. */
export async function mintOrganizationToken(
  organization: OrganizationSlug,
  asked: MintToken & { readonly role: Role },
  { principal, actor }: Who,
  ports: TokenPorts,
): Promise<Result<Minted, DomainError>> {
  const own = roleIn(principal, organization);
  if (own === undefined || ROLES.indexOf(asked.role) < ROLES.indexOf(own)) return beyond('role');
  const within = withinOwn(asked, principal, ports);
  if (!within.ok) return within;
  const made = newToken({ ...asked, user: principal.user.id, organization }, ports);
  return save(made, organization, actor, ports);
}

export async function revokeToken(
  { id }: Pick<AccessToken, 'id'>,
  listed: readonly AccessToken[],
  organization: OrganizationSlug | null,
  actor: Actor,
  { organizations, clock }: TokenPorts,
): Promise<Result<undefined, DomainError>> {
  const token = listed.find((each) => each.id === id);
  if (token === undefined) return NO_SUCH_TOKEN;
  const audit = { organization, action: 'token.revoke', subject: id, actor, at: clock.now() };
  await organizations.write([removeToken(token), auditWrite({ ...audit, details: { name: token.name } })]);
  return ok(undefined);
}

const NO_SUCH_TOKEN = fail('not_found', 'There is no such access token; it may have expired.', {
  field: 'path.token_id',
});

/** What a token can do, and for how long, the tokens that it makes can at most. */
function withinOwn(
  { scopes, expires_at }: MintToken,
  { scopes: own, token }: Principal,
  { clock }: TokenPorts,
): Result<undefined, DomainError> {
  if (expires_at !== null && expires_at <= clock.now()) {
    return fail('validation_failed', 'body.expires_at: must be in the future', { field: 'body.expires_at' });
  }
  const ends = token?.expires_at ?? null;
  if (ends !== null && (expires_at === null || expires_at > new Date(ends))) return beyond('expires_at');
  if (own === null) return ok(undefined);
  return scopes !== null && scopes.every((each) => own.includes(each)) ? ok(undefined) : beyond('scopes');
}

function beyond(field: 'organization' | 'role' | 'scopes' | 'expires_at') {
  return fail('forbidden', 'A token cannot make one that may do more or lasts longer than itself.', {
    field: `body.${field === 'organization' ? 'organization_slug' : field}`,
    suggestion: 'Ask for less, or use a token without that limit.',
  });
}

async function save(
  minted: Minted,
  organization: OrganizationSlug | null,
  actor: Actor,
  { organizations, clock }: TokenPorts,
): Promise<Result<Minted, DomainError>> {
  const { id: subject, name, scopes, role, expires_at } = minted.token;
  const details = { name, scopes, role, expires_at };
  const audit = { organization, action: 'token.create', subject, actor, at: clock.now(), details };
  const written = await organizations.write([putNew(tokenItem(minted.token)), auditWrite(audit)]);
  if (!written.ok) throw new Error('a random token was taken: the source of randomness is broken');
  return ok(minted);
}
