import { z } from 'zod';
import { nameSchema } from './name.ts';
import { none, operation } from './operation.ts';
import { slugParams } from './path.contract.ts';
import { PERMISSIONS, ROLES } from './permissions.ts';

const scopes = z
  .array(z.enum(PERMISSIONS))
  .min(1, 'must name one at least')
  .max(PERMISSIONS.length)
  .transform((all) => [...new Set(all)]);

const request = {
  name: nameSchema,
  scopes: scopes.optional().meta({ description: 'Left out: all that the role permits' }),
  expires_at: z.iso
    .datetime({ offset: true, error: 'must be an instant such as 2030-01-01T00:00:00Z' })
    .transform((text) => new Date(text))
    .optional()
    .meta({ description: 'Left out: never' }),
};

const token = z.object({
  id: z.uuid(),
  name: z.string(),
  organization_slug: z.string().nullable().meta({ description: 'Set: it reaches nothing else' }),
  role: z.enum(ROLES).nullable().meta({ description: 'Of a token that an organization owns' }),
  created_by: z.uuid(),
  scopes: z.array(z.enum(PERMISSIONS)).nullable(),
  expires_at: z.string().nullable(),
  last_used_at: z.string().nullable().meta({ description: 'To the minute' }),
  created_at: z.string(),
});

const newToken = token.extend({
  access_token: z.string().meta({ description: 'Shown in this answer and never again' }),
});

const tokenParams = z.strictObject({ token_id: z.uuid('must be the id of a token') });
const organizationTokenParams = slugParams.extend(tokenParams.shape);

export const tokenOperations = {
  listTokens: operation({
    method: 'GET',
    path: '/platform/tokens',
    summary: "List the caller's personal access tokens",
    policy: { on: 'caller', permission: 'access_tokens_read' },
    params: none,
    query: none,
    body: none,
    status: 200,
    response: z.array(token),
  }),
  createToken: operation({
    method: 'POST',
    path: '/platform/tokens',
    summary: 'Create a personal access token',
    policy: { on: 'caller', permission: 'access_tokens_write' },
    params: none,
    query: none,
    body: z.strictObject({
      ...request,
      organization_slug: slugParams.shape.slug.optional().meta({ description: 'All that it is to reach' }),
    }),
    status: 201,
    response: newToken,
  }),
  revokeToken: operation({
    method: 'DELETE',
    path: '/platform/tokens/{token_id}',
    summary: 'Revoke a personal access token',
    policy: { on: 'caller', permission: 'access_tokens_write' },
    params: tokenParams,
    query: none,
    body: none,
    status: 200,
    response: none,
  }),
  listOrganizationTokens: operation({
    method: 'GET',
    path: '/platform/organizations/{slug}/tokens',
    summary: 'List the access tokens that an organization owns',
    policy: { on: 'organization', permission: 'access_tokens_read' },
    params: slugParams,
    query: none,
    body: none,
    status: 200,
    response: z.array(token),
  }),
  createOrganizationToken: operation({
    method: 'POST',
    path: '/platform/organizations/{slug}/tokens',
    summary: 'Create an access token that belongs to an organization, whoever leaves it',
    policy: { on: 'organization', permission: 'access_tokens_write' },
    params: slugParams,
    query: none,
    body: z.strictObject({ ...request, role: z.enum(ROLES) }),
    status: 201,
    response: newToken,
  }),
  revokeOrganizationToken: operation({
    method: 'DELETE',
    path: '/platform/organizations/{slug}/tokens/{token_id}',
    summary: 'Revoke an access token that an organization owns',
    policy: { on: 'organization', permission: 'access_tokens_write' },
    params: organizationTokenParams,
    query: none,
    body: none,
    status: 200,
    response: none,
  }),
} as const;
