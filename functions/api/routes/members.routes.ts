import { memberOperations } from '../../contract/members.contract.ts';
import type { Role } from '../../contract/permissions.ts';
import { type OrganizationSlug, userIdSchema } from '../../core/kernel/ids.ts';
import { ok } from '../../core/kernel/result.ts';
import { acceptInvitation, findInvitation } from '../../core/organization/accept-invitation.ts';
import { leaveOrganization, removeMember, setRole } from '../../core/organization/change-members.ts';
import type { Invitation } from '../../core/organization/invitation.ts';
import { type Sent, invite, resendInvitation, revokeInvitation } from '../../core/organization/invite.ts';
import type { ApiPorts } from '../call.ts';
import { type Route, onCaller, onOrganization } from '../route.ts';

const O = memberOperations;

/** What Supabase calls them. */
const ROLE_NAMES: Readonly<Record<Role, string>> = {
  owner: 'Owner',
  administrator: 'Administrator',
  developer: 'Developer',
  read_only: 'Read-only',
};

export const memberRoutes: Record<keyof typeof memberOperations, Route> = {
  listMembers: onOrganization(O.listMembers, async ({ organization, ports }) =>
    ok(
      (await people(organization.slug, ports)).map(({ user, email, role }) => ({
        user_id: user,
        user_name: email.split('@')[0] ?? email,
        email,
        role_name: ROLE_NAMES[role],
        mfa_enabled: false,
        avatar_url: null,
      })),
    ),
  ),

  listMemberRoles: onOrganization(O.listMemberRoles, async ({ organization, ports }) =>
    ok(
      (await people(organization.slug, ports)).map(({ user, email, role }) => ({
        user_id: user,
        email,
        role,
      })),
    ),
  ),

  updateMember: onOrganization(O.updateMember, async ({ organization, params, body, ports, ...who }) => {
    const user = userIdSchema.parse(params.user_id);
    const changed = await setRole(organization.slug, user, body.role, who, ports);
    return changed.ok ? ok({ user_id: user, role: changed.value.role }) : changed;
  }),

  removeMember: onOrganization(O.removeMember, ({ organization, params, ports, ...who }) =>
    removeMember(organization.slug, userIdSchema.parse(params.user_id), who, ports),
  ),

  leaveOrganization: onOrganization(O.leaveOrganization, ({ organization, ports, ...who }) =>
    leaveOrganization(organization.slug, who, ports),
  ),

  listInvitations: onOrganization(O.listInvitations, async ({ organization, ports }) =>
    ok((await ports.invitations.list(organization.slug)).map(renderInvitation)),
  ),

  createInvitation: onOrganization(O.createInvitation, async ({ organization, body, ports, ...who }) => {
    const sent = await invite(organization.slug, body, who, ports);
    return sent.ok ? ok(renderSent(sent.value)) : sent;
  }),

  resendInvitation: onOrganization(O.resendInvitation, async ({ organization, params, ports, ...who }) => {
    const sent = await resendInvitation(organization, params.invitation_id, who, ports);
    return sent.ok ? ok(renderSent(sent.value)) : sent;
  }),

  revokeInvitation: onOrganization(O.revokeInvitation, ({ organization, params, ports, ...who }) =>
    revokeInvitation(organization.slug, params.invitation_id, who, ports),
  ),

  getInvitation: onCaller(O.getInvitation, async ({ params, principal, ports }) => {
    const found = await findInvitation(params.token, principal, ports);
    if (!found.ok) return found;
    const { organization, value } = found.value;
    const { role, expires_at } = value;
    return ok({
      organization_slug: organization.slug,
      organization_name: organization.name,
      role,
      expires_at,
    });
  }),

  acceptInvitation: onCaller(O.acceptInvitation, async ({ params, principal, actor, ports }) => {
    const joined = await acceptInvitation(params.token, principal, actor, ports);
    if (!joined.ok) return joined;
    const { slug, name } = joined.value;
    return ok({ id: slug, slug, name });
  }),
};

async function people(slug: OrganizationSlug, { organizations }: Pick<ApiPorts, 'organizations'>) {
  const members = await organizations.membersOf(slug);
  const users = await Promise.all(members.map(({ user }) => organizations.user(user)));
  return members.map((member, at) => ({ ...member, email: users[at]?.email ?? '' }));
}

function renderInvitation({ id, email, role, invited_by, created_at, expires_at }: Invitation) {
  return { id, email, role, invited_by, created_at, expires_at };
}

const renderSent = ({ invitation, mailed }: Sent) => ({ ...renderInvitation(invitation), mailed });
