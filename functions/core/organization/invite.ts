import type { Role } from '../../contract/permissions.ts';
import type { Clock } from '../kernel/clock.port.ts';
import { type DomainError, PortError, TransientError, fail } from '../kernel/errors.ts';
import { type OrganizationSlug, newUuid } from '../kernel/ids.ts';
import type { Log } from '../kernel/log.port.ts';
import type { Notifier } from '../kernel/notifier.port.ts';
import type { Random } from '../kernel/random.port.ts';
import { type Result, ok } from '../kernel/result.ts';
import { auditWrite } from './audit.ts';
import { mayGrant } from './change-members.ts';
import { guardedChange } from './guarded-change.ts';
import { type Invitation, invitationDigest, newInvitationToken } from './invitation.ts';
import { type InvitationStore, invitationItem, invitationKey } from './invitation-store.ts';
import type { Organization } from './organization.ts';
import { type OrganizationStore, putNew } from './organization-store.ts';
import type { Actor, Principal } from './principal.ts';

export interface InvitePorts {
  readonly organizations: OrganizationStore;
  readonly invitations: InvitationStore;
  readonly notifier: Notifier;
  /** Where the dashboard is: links of mails lead there. */
  readonly dashboardUrl: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

interface Who {
  readonly principal: Principal;
  readonly actor: Actor;
}

/** What was invited, and whether the mail could be handed over. */
export interface Sent {
  readonly invitation: Invitation;
  readonly mailed: boolean;
}

const LASTS_MS = 7 * 24 * 3600 * 1000;

/** Enough for a company that moves in; a member cannot make the installation mail the world. */
const MOST_OPEN = 100;

const NO_SUCH_INVITATION = fail('not_found', 'There is no such invitation; it may have expired.', {
  field: 'path.invitation_id',
});

export async function invite(
  slug: OrganizationSlug,
  to: { readonly email: string; readonly role: Role },
  { principal, actor }: Who,
  ports: InvitePorts,
): Promise<Result<Sent, DomainError>> {
  const allowed = mayGrant(principal, slug, to.role);
  if (!allowed.ok) return allowed;
  const email = to.email.toLowerCase();
  const token = newInvitationToken(ports.random);
  const id = newUuid(ports.random);
  const made = await guardedChange(slug, ports.organizations, async (organization, members) => {
    const open = await ports.invitations.list(slug);
    const users = await Promise.all(members.map(({ user }) => ports.organizations.user(user)));
    if (users.some((user) => user?.email.toLowerCase() === email)) {
      return fail('conflict', `${email} is a member already.`, { field: 'body.email' });
    }
    if (open.some((each) => each.email === email)) {
      return fail('conflict', `${email} is invited already.`, {
        field: 'body.email',
        suggestion: 'Resend the invitation, or revoke it first.',
      });
    }
    if (open.length >= MOST_OPEN) {
      return fail(
        'quota_exceeded',
        `The organization has ${MOST_OPEN} open invitations, and no more can be.`,
        {
          suggestion: 'Revoke some of them.',
        },
      );
    }
    const at = ports.clock.now();
    const invitation: Invitation = {
      id,
      organization: slug,
      email,
      role: to.role,
      invited_by: actor.user,
      digest: invitationDigest(token),
      created_at: at.toISOString(),
      expires_at: new Date(at.getTime() + LASTS_MS).toISOString(),
    };
    const details = { email, role: to.role };
    const audit = { organization: slug, action: 'invitation.create', subject: id, actor, at, details };
    return ok({
      writes: [putNew(invitationItem(invitation)), auditWrite(audit)],
      answer: { organization, invitation },
    });
  });
  if (!made.ok) return made;
  const { organization, invitation } = made.value;
  return ok({ invitation, mailed: await mail(organization, invitation, token, actor, ports) });
}

/** With a new link; the one that was sent before is worth nothing from now on. */
export async function resendInvitation(
  organization: Organization,
  id: string,
  { principal, actor }: Who,
  ports: InvitePorts,
): Promise<Result<Sent, DomainError>> {
  const { slug } = organization;
  const read = await ports.invitations.find({ organization: slug, id });
  if (read === undefined) return NO_SUCH_INVITATION;
  const allowed = mayGrant(principal, slug, read.value.role);
  if (!allowed.ok) return allowed;
  const token = newInvitationToken(ports.random);
  const at = ports.clock.now();
  const invitation: Invitation = {
    ...read.value,
    digest: invitationDigest(token),
    expires_at: new Date(at.getTime() + LASTS_MS).toISOString(),
  };
  const audit = { organization: slug, action: 'invitation.resend', subject: id, actor, at };
  const written = await ports.organizations.write([
    { kind: 'put', item: invitationItem(invitation), if: { version: read.version } },
    auditWrite(audit),
  ]);
  if (!written.ok) return NO_SUCH_INVITATION;
  return ok({ invitation, mailed: await mail(organization, invitation, token, actor, ports) });
}

export async function revokeInvitation(
  slug: OrganizationSlug,
  id: string,
  { principal, actor }: Who,
  { organizations, invitations, clock }: Pick<InvitePorts, 'organizations' | 'invitations' | 'clock'>,
): Promise<Result<undefined, DomainError>> {
  const read = await invitations.find({ organization: slug, id });
  if (read === undefined) return NO_SUCH_INVITATION;
  const allowed = mayGrant(principal, slug, read.value.role);
  if (!allowed.ok) return allowed;
  const audit = { organization: slug, action: 'invitation.revoke', subject: id, actor, at: clock.now() };
  const key = invitationKey(read.value);
  const written = await organizations.write([
    { kind: 'delete', key, if: { version: read.version } },
    auditWrite(audit),
  ]);
  return written.ok ? ok(undefined) : NO_SUCH_INVITATION;
}

/** An invitation whose mail could not be sent stands: it can be sent again. */
async function mail(
  { name }: Organization,
  { id, digest, email, role, expires_at }: Invitation,
  token: string,
  actor: Actor,
  { notifier, dashboardUrl, log }: InvitePorts,
): Promise<boolean> {
  const text = `${actor.email} invites you to the organization ${name}, as ${role.replace('_', ' ')}.

Accept: ${dashboardUrl}/invitations/${token}

The link is for ${email} alone and works until ${expires_at}.
`;
  try {
    await notifier.send(`invitation-${id}-${digest}`, { to: email, subject: `Join ${name}`, text });
    return true;
  } catch (error) {
    if (!(error instanceof PortError || error instanceof TransientError)) throw error;
    log.error('an invitation was not mailed', error, { invitation: id });
    return false;
  }
}
