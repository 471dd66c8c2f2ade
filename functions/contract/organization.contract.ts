import { z } from 'zod';
import { none, operation } from './operation.ts';
import { slugParams } from './path.contract.ts';

const organization = z.object({ id: z.string(), slug: z.string(), name: z.string() });

export const organizationOperations = {
  getProfile: operation({
    method: 'GET',
    path: '/v1/profile',
    summary: 'Tell whom the token belongs to',
    policy: { on: 'caller' },
    params: none,
    query: none,
    body: none,
    status: 200,
    response: z.object({ gotrue_id: z.string(), primary_email: z.string(), username: z.string() }),
  }),
  listOrganizations: operation({
    method: 'GET',
    path: '/v1/organizations',
    summary: 'List the organizations that the token reaches',
    policy: { on: 'caller' },
    params: none,
    query: none,
    body: none,
    status: 200,
    response: z.array(organization),
  }),
  createOrganization: operation({
    method: 'POST',
    path: '/v1/organizations',
    summary: 'Create an organization',
    policy: { on: 'caller' },
    params: none,
    query: none,
    body: z.strictObject({
      name: z
        .string()
        .trim()
        .min(1, 'must not be empty')
        .max(256, 'must have at most 256 characters')
        .regex(/^\P{Cc}*$/u, 'must not hold control characters'),
    }),
    status: 201,
    response: organization,
  }),
  getOrganization: operation({
    method: 'GET',
    path: '/v1/organizations/{slug}',
    summary: 'Get an organization',
    policy: { on: 'organization', permission: 'organization_admin_read' },
    params: slugParams,
    query: none,
    body: none,
    status: 200,
    response: z.object({
      id: z.string(),
      name: z.string(),
      plan: z.enum(['free', 'pro', 'team', 'enterprise']),
      opt_in_tags: z.array(z.string()),
      allowed_release_channels: z.array(z.enum(['ga'])),
    }),
  }),
} as const;
