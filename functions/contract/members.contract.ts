import { z } from 'zod';
import { none, operation } from './operation.ts';
import { slugParams } from './path.contract.ts';
import { ROLES } from './permissions.ts';

const role = z.enum(ROLES);
const email = z.email('must be an e-mail address').max(254, 'must have at most 254 characters');

const memberParams = slugParams.extend({ user_id: z.uuid('must be the id of a user') });
const invitationParams = slugParams.extend({ invitation_id: z.uuid('must be the id of an invitation') });
const linkParams = z.strictObject({
  token: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'must be the token of an invitation')
    .meta({ description: 'From the link in the mail' }),
});

const member = z.object({ user_id: z.uuid(), email: z.string(), role });

const invitation = z.object({
  id: z.uuid(),
  email: z.string(),
  role,
  invited_by: z.uuid(),
  created_at: z.string(),
  expires_at: z.string(),
});

const sentInvitation = invitation.extend({
  mailed: z.boolean().meta({ description: 'False: the mail could not be sent; resend it later' }),
});

export const memberOperations = {
  listMembers: operation({
    method: 'GET',
    path: '/v1/organizations/{slug}/members',
    summary: 'List the members of an organization, as Supabase does',
    policy: { on: 'organization', permission: 'members_read' },
    params: slugParams,
    query: none,
    body: none,
    status: 200,
    response: z.array(
      z.object({
        user_id: z.string(),
        user_name: z.string(),
        email: z.string(),
        role_name: z.string(),
        mfa_enabled: z.boolean().meta({ description: 'Always false: only the issuer knows' }),
        avatar_url: z.string().nullable(),
      }),
    ),
  }),
  listMemberRoles: operation({
    method: 'GET',
    path: '/platform/organizations/{slug}/members',
    summary: 'List the members of an organization with their roles',
    policy: { on: 'organization', permission: 'members_read' },
    params: slugParams,
    query: none,
    body: none,
    status: 200,
    response: z.array(member),
  }),
  updateMember: operation({
    method: 'PATCH',
    path: '/platform/organizations/{slug}/members/{user_id}',
    summary: "Change a member's role",
    policy: { on: 'organization', permission: 'members_write' },
    params: memberParams,
    query: none,
    body: z.strictObject({ role }),
    status: 200,
    response: z.object({ user_id: z.uuid(), role }),
  }),
  removeMember: operation({
    method: 'DELETE',
    path: '/platform/organizations/{slug}/members/{user_id}',
    summary: 'Remove a member from an organization',
    policy: { on: 'organization', permission: 'members_write' },
    params: memberParams,
    query: none,
    body: none,
    status: 200,
    response: none,
  }),
  leaveOrganization: operation({
    method: 'POST',
    path: '/platform/organizations/{slug}/leave',
    summary: 'Leave an organization',
    policy: { on: 'organization', permission: 'members_read' },
    params: slugParams,
    query: none,
    body: none,
    status: 200,
    response: none,
  }),
  listInvitations: operation({
    method: 'GET',
    path: '/platform/organizations/{slug}/invitations',
    summary: 'List the open invitations of an organization',
    policy: { on: 'organization', permission: 'members_read' },
    params: slugParams,
    query: none,
    body: none,
    status: 200,
    response: z.array(invitation),
  }),
  createInvitation: operation({
    method: 'POST',
    path: '/platform/organizations/{slug}/invitations',
    summary: 'Invite somebody into an organization by mail',
    policy: { on: 'organization', permission: 'members_write' },
    params: slugParams,
    query: none,
    body: z.strictObject({ email, role }),
    status: 201,
    response: sentInvitation,
  }),
  resendInvitation: operation({
    method: 'POST',
    path: '/platform/organizations/{slug}/invitations/{invitation_id}/resend',
    summary: 'Send an invitation again, with a new link',
    policy: { on: 'organization', permission: 'members_write' },
    params: invitationParams,
    query: none,
    body: none,
    status: 200,
    response: sentInvitation,
  }),
  revokeInvitation: operation({
    method: 'DELETE',
    path: '/platform/organizations/{slug}/invitations/{invitation_id}',
    summary: 'Revoke an invitation',
    policy: { on: 'organization', permission: 'members_write' },
    params: invitationParams,
    query: none,
    body: none,
    status: 200,
    response: none,
  }),
  getInvitation: operation({
    method: 'GET',
    path: '/platform/invitations/{token}',
    summary: 'Tell what the caller is invited to',
    policy: { on: 'caller' },
    params: linkParams,
    query: none,
    body: none,
    status: 200,
    response: z.object({
      organization_slug: z.string(),
      organization_name: z.string(),
      role,
      expires_at: z.string(),
    }),
  }),
  acceptInvitation: operation({
    method: 'POST',
    path: '/platform/invitations/{token}/accept',
    summary: 'Accept an invitation',
    policy: { on: 'caller' },
    params: linkParams,
    query: none,
    body: none,
    status: 200,
    response: z.object({ id: z.string(), slug: z.string(), name: z.string() }),
  }),
} as const;
