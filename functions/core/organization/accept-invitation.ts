import type { Clock } from '../kernel/clock.port.ts';
import { type DomainError, fail } from '../kernel/errors.ts';
import { type Result, ok } from '../kernel/result.ts';
import type { Versioned } from '../kernel/table.port.ts';
import { auditWrite } from './audit.ts';
import { guardedChange } from './guarded-change.ts';
import { type Invitation, invitationDigest } from './invitation.ts';
import { type InvitationStore, invitationKey } from './invitation-store.ts';
import type { Membership, Organization } from './organization.ts';
import { type OrganizationStore, membershipItem, putNew } from './organization-store.ts';
import { type Actor, type Principal, isPerson } from './principal.ts';

export interface AcceptPorts {
  readonly organizations: OrganizationStore;
  readonly invitations: InvitationStore;
  readonly clock: Clock;
}

/** One answer for what is wrong, revoked, used, expired or somebody else's: whoever has a link learns nothing more. */
const NO_SUCH_INVITATION = fail('not_found', 'There is no such invitation for you; it may have expired.', {
  field: 'path.token',
  suggestion: 'Sign in with the address that was invited, or ask for a new invitation.',
});

export async function findInvitation(
  token: string,
  principal: Principal,
  { organizations, invitations }: Omit<AcceptPorts, 'clock'>,
): Promise<Result<Versioned<Invitation> & { readonly organization: Organization }, DomainError>> {
  if (!isPerson(principal)) {
    return fail('forbidden', 'Only a person can be invited.', {
      suggestion: 'Sign in, or use a personal access token without scopes.',
    });
  }
  const found = await invitations.byDigest(invitationDigest(token));
  if (found?.value.email !== principal.user.email.toLowerCase()) return NO_SUCH_INVITATION;
  const organization = await organizations.organization(found.value.organization);
  return organization === undefined ? NO_SUCH_INVITATION : ok({ ...found, organization });
}

export async function acceptInvitation(
  token: string,
  principal: Principal,
  actor: Actor,
  ports: AcceptPorts,
): Promise<Result<Organization, DomainError>> {
  const found = await findInvitation(token, principal, ports);
  if (!found.ok) return found;
  const { version, value: invitation } = found.value;
  const user = principal.user.id;
  return guardedChange(invitation.organization, ports.organizations, async (organization, members) => {
    if ((await ports.invitations.find(invitation))?.version !== version) return NO_SUCH_INVITATION;
    if (members.some((each) => each.user === user)) {
      return fail('conflict', `You are a member of ${organization.name} already.`);
    }
    const { slug } = organization;
    const member: Membership = { organization: slug, user, role: invitation.role };
    const details = { invitation: invitation.id, role: invitation.role };
    const at = ports.clock.now();
    return ok({
      writes: [
        { kind: 'delete', key: invitationKey(invitation), if: { version } },
        putNew(membershipItem(member)),
        auditWrite({ organization: slug, action: 'invitation.accept', subject: user, actor, at, details }),
      ],
      answer: organization,
    });
  });
}
