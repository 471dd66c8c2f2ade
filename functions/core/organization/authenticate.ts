import type { Clock } from '../kernel/clock.port.ts';
import { type DomainError, fail } from '../kernel/errors.ts';
import { type Result, ok } from '../kernel/result.ts';
import type { Versioned } from '../kernel/table.port.ts';
import { type AccessToken, digestOf, isAccessToken } from './access-token.ts';
import type { OrganizationStore } from './organization-store.ts';
import type { Principal } from './principal.ts';

export interface AuthenticatePorts {
  readonly organizations: OrganizationStore;
  readonly clock: Clock;
}

/** How stale `last_used_at` may be: it tells people apart tokens in use from forgotten ones, and costs a write. */
const LAST_USE_RESOLUTION_MS = 60_000;

const REFUSED = {
  message: 'The access token is not valid: unknown, revoked or expired.',
  suggestion: 'Send "Authorization: Bearer sbp_…" with a current access token.',
};

export async function authenticate(
  authorization: string | undefined,
  ports: AuthenticatePorts,
): Promise<Result<Principal, DomainError>> {
  const bearer = /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1];
  if (bearer === undefined) {
    return fail('unauthorized', 'The request carries no access token.', { suggestion: REFUSED.suggestion });
  }
  // The checksum spares the table a look-up for every guess.
  const stored = isAccessToken(bearer) ? await ports.organizations.token(digestOf(bearer)) : undefined;
  const now = ports.clock.now();
  if (stored === undefined || hasExpired(stored.value, now))
    return fail('unauthorized', REFUSED.message, REFUSED);
  const token = stored.value;
  const [user, memberships] = await Promise.all([
    ports.organizations.user(token.user),
    ports.organizations.membershipsOf(token.user),
  ]);
  if (user === undefined) return fail('unauthorized', REFUSED.message, REFUSED);
  await noteUse(stored, now, ports.organizations);
  const reach = token.organization;
  return ok({
    user,
    memberships: reach === null ? memberships : memberships.filter((each) => each.organization === reach),
    scopes: token.scopes,
  });
}

function hasExpired(token: AccessToken, now: Date): boolean {
  return token.expires_at !== null && Date.parse(token.expires_at) <= now.getTime();
}

async function noteUse(
  token: Versioned<AccessToken>,
  now: Date,
  organizations: OrganizationStore,
): Promise<void> {
  const last = token.value.last_used_at === null ? 0 : Date.parse(token.value.last_used_at);
  if (now.getTime() - last >= LAST_USE_RESOLUTION_MS) await organizations.touch(token, now);
}
