import type { Clock } from '../kernel/clock.port.ts';
import { type DomainError, fail } from '../kernel/errors.ts';
import { type Result, ok } from '../kernel/result.ts';
import type { Versioned } from '../kernel/table.port.ts';
import { type AccessToken, digestOf, isAccessToken } from './access-token.ts';
import type { IdentityProvider } from './identity.port.ts';
import type { OrganizationStore } from './organization-store.ts';
import type { Principal } from './principal.ts';
import { type From, type SignInPorts, signIn } from './sign-in.ts';

export interface AuthenticatePorts extends SignInPorts {
  readonly organizations: OrganizationStore;
  /** Null: nobody can sign in, there are access tokens alone. */
  readonly identity: IdentityProvider | null;
  readonly clock: Clock;
}

/** Who asks, and until when what they asked with says so. */
export interface Authenticated {
  readonly principal: Principal;
  readonly until: Date | null;
}

/** How stale `last_used_at` may be: it tells people apart tokens in use from forgotten ones, and costs a write. */
const LAST_USE_RESOLUTION_MS = 60_000;

const SUGGESTION = 'Send "Authorization: Bearer sbp_…" with a current access token.';

const MISSING = fail('unauthorized', 'The request carries no access token.', { suggestion: SUGGESTION });

const REFUSED = fail('unauthorized', 'The access token is not valid: unknown, revoked or expired.', {
  suggestion: SUGGESTION,
});

const EXPIRED = fail('unauthorized', 'The session has expired.', { suggestion: 'Sign in again.' });

/** A JSON Web Token, signed: three parts in base64url. */
const JWT = /^[\w-]+\.[\w-]+\.[\w-]+$/;

export function bearerOf(authorization: string | undefined): string | undefined {
  return /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1];
}

export async function authenticate(
  bearer: string | undefined,
  from: From,
  ports: AuthenticatePorts,
): Promise<Result<Authenticated, DomainError>> {
  if (bearer === undefined) return MISSING;
  if (ports.identity !== null && JWT.test(bearer)) return bySession(bearer, from, ports.identity, ports);
  // The checksum spares the table a look-up for every guess.
  const stored = isAccessToken(bearer) ? await ports.organizations.token(digestOf(bearer)) : undefined;
  return stored === undefined ? REFUSED : byToken(stored, ports);
}

async function bySession(
  jwt: string,
  from: From,
  issuer: IdentityProvider,
  ports: AuthenticatePorts,
): Promise<Result<Authenticated, DomainError>> {
  const identity = await issuer.verify(jwt);
  if (!identity.ok) return identity.error === 'expired' ? EXPIRED : REFUSED;
  const id = await signIn(identity.value, from, ports);
  if (!id.ok) return id;
  const [user, memberships] = await Promise.all([
    ports.organizations.user(id.value),
    ports.organizations.membershipsOf(id.value),
  ]);
  if (user === undefined) return REFUSED;
  return ok({ principal: { user, memberships, scopes: null }, until: identity.value.expires_at });
}

async function byToken(
  stored: Versioned<AccessToken>,
  { organizations, clock }: AuthenticatePorts,
): Promise<Result<Authenticated, DomainError>> {
  const token = stored.value;
  const now = clock.now();
  const until = token.expires_at === null ? null : new Date(token.expires_at);
  if (until !== null && until <= now) return REFUSED;
  const [user, memberships] = await Promise.all([
    organizations.user(token.user),
    membershipsBy(token, organizations),
  ]);
  if (user === undefined) return REFUSED;
  await noteUse(stored, now, organizations);
  return ok({ principal: { user, memberships, scopes: token.scopes, token }, until });
}

async function membershipsBy({ user, organization, role }: AccessToken, organizations: OrganizationStore) {
  if (organization !== null && role !== null) return [{ organization, user, role }];
  const all = await organizations.membershipsOf(user);
  return organization === null ? all : all.filter((each) => each.organization === organization);
}

async function noteUse(
  token: Versioned<AccessToken>,
  now: Date,
  organizations: OrganizationStore,
): Promise<void> {
  const last = token.value.last_used_at === null ? 0 : Date.parse(token.value.last_used_at);
  if (now.getTime() - last >= LAST_USE_RESOLUTION_MS) await organizations.touch(token, now);
}
