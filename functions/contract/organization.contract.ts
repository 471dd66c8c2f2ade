import { z } from 'zod';
import { nameSchema } from './name.ts';
import { none, operation } from './operation.ts';
import { slugParams } from './path.contract.ts';
import { PLANS } from './plans.ts';
import { INSTANCE_SIZES } from './regions.ts';
import { DATABASE_STATUSES, PROJECT_STATUSES } from './status.ts';

const organization = z.object({ id: z.string(), slug: z.string(), name: z.string() });

const entitlementType = z.enum(['boolean', 'numeric', 'set']);

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
    policy: { on: 'caller', permission: 'organizations_read' },
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
    policy: { on: 'caller', permission: 'organizations_create' },
    params: none,
    query: none,
    body: z.strictObject({ name: nameSchema }),
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
      plan: z.enum(PLANS),
      opt_in_tags: z.array(z.string()),
      allowed_release_channels: z.array(z.enum(['ga'])),
    }),
  }),
  updateOrganization: operation({
    method: 'PATCH',
    path: '/platform/organizations/{slug}',
    summary: 'Rename an organization',
    policy: { on: 'organization', permission: 'organization_admin_write' },
    params: slugParams,
    query: none,
    body: z.strictObject({ name: nameSchema }),
    status: 200,
    response: organization,
  }),
  deleteOrganization: operation({
    method: 'DELETE',
    path: '/platform/organizations/{slug}',
    summary: 'Delete an organization that has no projects left',
    policy: { on: 'organization', permission: 'organization_admin_write' },
    params: slugParams,
    query: none,
    body: none,
    status: 200,
    response: none,
  }),
  listOrganizationProjects: operation({
    method: 'GET',
    path: '/v1/organizations/{slug}/projects',
    summary: "List an organization's projects, page by page",
    policy: { on: 'organization', permission: 'organization_projects_read' },
    params: slugParams,
    query: z.strictObject({
      offset: z.coerce.number().int().min(0).default(0),
      limit: z.coerce.number().int().min(1).max(100).default(100),
      search: z.string().max(256).optional(),
      sort: z.enum(['name_asc', 'name_desc', 'created_asc', 'created_desc']).default('name_asc'),
      statuses: z
        .string()
        .transform((list) => list.split(','))
        .pipe(z.array(z.enum(PROJECT_STATUSES)))
        .optional(),
    }),
    body: none,
    status: 200,
    response: z.object({
      projects: z.array(
        z.object({
          ref: z.string(),
          name: z.string(),
          cloud_provider: z.string(),
          region: z.string(),
          is_branch: z.boolean(),
          status: z.enum(PROJECT_STATUSES),
          inserted_at: z.string(),
          databases: z.array(
            z.object({
              infra_compute_size: z.enum(INSTANCE_SIZES),
              region: z.string(),
              status: z.enum(DATABASE_STATUSES),
              cloud_provider: z.string(),
              identifier: z.string(),
              type: z.enum(['PRIMARY', 'READ_REPLICA']),
            }),
          ),
        }),
      ),
      pagination: z.object({ count: z.int(), limit: z.int(), offset: z.int() }),
    }),
  }),
  getEntitlements: operation({
    method: 'GET',
    path: '/v1/organizations/{slug}/entitlements',
    summary: 'Get what the plan of an organization allows',
    policy: { on: 'organization', permission: 'organization_admin_read' },
    params: slugParams,
    query: none,
    body: none,
    status: 200,
    response: z.object({
      entitlements: z.array(
        z.object({
          feature: z.object({ key: z.string(), type: entitlementType }),
          hasAccess: z.boolean(),
          type: entitlementType,
          config: z.union([
            z.object({
              enabled: z.boolean(),
              value: z.number(),
              unlimited: z.boolean(),
              unit: z.string(),
            }),
            z.object({ enabled: z.boolean(), set: z.array(z.string()) }),
            z.object({ enabled: z.boolean() }),
          ]),
        }),
      ),
    }),
  }),
} as const;
