import type { Clock } from '../kernel/clock.port.ts';
import { type DomainError, TransientError, fail } from '../kernel/errors.ts';
import { type UserId, newUuid, userIdSchema } from '../kernel/ids.ts';
import type { Random } from '../kernel/random.port.ts';
import { type Result, ok } from '../kernel/result.ts';
import type { Write } from '../kernel/table.port.ts';
import type { Identity } from './identity.port.ts';
import { type OrganizationStore, putNew, userItem } from './organization-store.ts';
import { type UserStore, claimEmail, claimSubject } from './user-store.ts';

export interface SignInPorts {
  readonly organizations: OrganizationStore;
  readonly users: UserStore;
  readonly clock: Clock;
  readonly random: Random;
}

/** Two of the same person's first requests can meet; the second finds what the first has made. */
const ATTEMPTS = 4;

/**
 * The user that somebody is. At first sight one is made, or, for a verified address that a user has, that user it is:
 * an issuer that verifies addresses is trusted with whom they belong to.
 */
export async function signIn(identity: Identity, ports: SignInPorts): Promise<Result<UserId, DomainError>> {
  const { organizations, users, clock, random } = ports;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const known = await users.bySubject(identity);
    if (known !== undefined) return ok(known);
    const { email } = identity;
    if (email === undefined) return NOT_VERIFIED;
    const owner = await users.byEmail(email);
    const id = owner ?? userIdSchema.parse(newUuid(random));
    const user = { id, email, created_at: clock.now().toISOString() };
    const made: readonly Write[] = owner === undefined ? [putNew(userItem(user)), claimEmail(user)] : [];
    const written = await organizations.write([claimSubject(identity, id), ...made]);
    if (written.ok) return ok(id);
  }
  throw new TransientError('The user is being made by other requests at this moment.');
}

const NOT_VERIFIED = fail('unauthorized', 'The issuer does not say that the e-mail address is verified.', {
  suggestion: 'Verify the address with the issuer, then sign in with an ID token that says so.',
});
