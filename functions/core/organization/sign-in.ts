import type { Clock } from '../kernel/clock.port.ts';
import { type DomainError, TransientError, fail } from '../kernel/errors.ts';
import { type UserId, newUuid, userIdSchema } from '../kernel/ids.ts';
import type { Random } from '../kernel/random.port.ts';
import { type Result, ok } from '../kernel/result.ts';
import type { Table, Write } from '../kernel/table.port.ts';
import { newOrganization } from './create-organization.ts';
import { auditWrite } from './audit.ts';
import { PLACEHOLDER, findFirstUser, inherit } from './first-user.ts';
import type { Identity } from './identity.port.ts';
import type { User } from './organization.ts';
import type { Actor } from './principal.ts';
import {
  type OrganizationStore,
  membershipItem,
  organizationItem,
  putNew,
  userItem,
} from './organization-store.ts';
import { type UserStore, claimEmail, claimSubject } from './user-store.ts';

export interface SignInPorts {
  readonly table: Table;
  readonly organizations: OrganizationStore;
  readonly users: UserStore;
  readonly clock: Clock;
  readonly random: Random;
}

/** Where a request comes from. */
export type From = Pick<Actor, 'ip' | 'request_id'>;

/** Two of the same person's first requests can meet; the second finds what the first has made. */
const ATTEMPTS = 4;

/**
 * The user that somebody is. At first sight one is made, or, for a verified address that a user has, that user it is:
 * an issuer that verifies addresses is trusted with whom they belong to.
 */
export async function signIn(
  identity: Identity,
  from: From,
  ports: SignInPorts,
): Promise<Result<UserId, DomainError>> {
  const { organizations, users, clock, random } = ports;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const known = await users.bySubject(identity);
    if (known !== undefined) return ok(known);
    const { email } = identity;
    if (email === undefined) return NOT_VERIFIED;
    const owner = await users.byEmail(email);
    const id = owner ?? userIdSchema.parse(newUuid(random));
    const user = { id, email, created_at: clock.now().toISOString() };
    const made: readonly Write[] =
      owner === undefined
        ? [putNew(userItem(user)), claimEmail(user), ...(await welcome(user, from, ports))]
        : [];
    const written = await organizations.write([claimSubject(identity, id), ...made]);
    if (written.ok) return ok(id);
  }
  throw new TransientError('The user is being made by other requests at this moment.');
}

/**
 * Nobody arrives at nothing: the first person on a machine of their own owns the organization that is there, with the
 * projects that were made before anybody had signed up; everybody else gets an organization of their own.
 */
async function welcome(user: User, from: From, ports: SignInPorts): Promise<readonly Write[]> {
  const actor: Actor = { user: user.id, email: user.email, ...from };
  const at = ports.clock.now();
  const first = await findFirstUser(ports.table);
  if (first !== undefined && first.value.heir === undefined) {
    const { user: holder, organization } = first.value;
    const placeholder = (await ports.organizations.user(holder))?.email === PLACEHOLDER;
    const left = placeholder ? await ports.organizations.find(organization) : undefined;
    if (left !== undefined) {
      return [
        inherit(first, user.id),
        { kind: 'put', item: organizationItem(left.value), if: { version: left.version } },
        putNew(membershipItem({ organization, user: user.id, role: 'owner' })),
        auditWrite({ organization, action: 'organization.inherit', subject: organization, actor, at }),
      ];
    }
  }
  const [name = ''] = user.email.split('@', 1);
  return newOrganization(`${name}’s organization`, actor, ports).writes;
}

const NOT_VERIFIED = fail('unauthorized', 'The issuer does not say that the e-mail address is verified.', {
  suggestion: 'Verify the address with the issuer, then sign in with an ID token that says so.',
});
