import { z } from 'zod';
import { none, operation } from './operation.ts';
import { refParams, slugParams } from './path.contract.ts';
import { PERMISSIONS, ROLES } from './permissions.ts';
import { PLANS } from './plans.ts';
import { DATABASE_TIERS } from './regions.ts';
import { PROJECT_ACTIONS, PROJECT_STATUSES } from './status.ts';

const permissions = z
  .array(z.enum(PERMISSIONS))
  .meta({ description: "What the caller's role permits, within the scopes of the token" });

const listed = z.object({
  ref: z.string(),
  name: z.string(),
  organization_slug: z.string(),
  region: z.string(),
  template: z.string(),
  template_version: z.string(),
  database_tier: z.enum(DATABASE_TIERS),
  features: z.array(z.string()),
  size: z.string(),
  status: z.enum(PROJECT_STATUSES),
  status_label: z.string().meta({ description: 'The status in a word or two' }),
  status_meaning: z.string().meta({ description: 'What it means, a sentence' }),
  in_transition: z.boolean().meta({ description: 'True: a workflow is at work and will end the status' }),
  failure: z.string().nullable(),
  endpoint: z.url(),
  realtime_url: z.url().nullable(),
  created_at: z.string(),
  last_used_at: z.string().nullable().meta({ description: 'Null: not since this is kept' }),
  last_used_by: z.string().nullable().meta({ description: 'By which service it was used then' }),
});

const action = z.object({
  action: z.enum(PROJECT_ACTIONS),
  allowed: z.boolean(),
  because: z.string().nullable().meta({ description: 'Why it is not allowed now, a sentence' }),
});

export const overviewOperations = {
  listProjectOverviews: operation({
    method: 'GET',
    path: '/platform/projects',
    summary: 'List the projects that the token reaches, with their state in words and their last use',
    policy: { on: 'caller' },
    params: none,
    query: none,
    body: none,
    status: 200,
    response: z.array(listed),
  }),
  getProjectOverview: operation({
    method: 'GET',
    path: '/platform/projects/{ref}',
    summary: 'Get a project, and what its status and the role of the caller permit',
    policy: { on: 'project', permission: 'project_admin_read' },
    params: refParams,
    query: none,
    body: none,
    status: 200,
    response: listed.extend({ actions: z.array(action), permissions }),
  }),
  getOrganizationOverview: operation({
    method: 'GET',
    path: '/platform/organizations/{slug}',
    summary: 'Get an organization, and what the role of the caller permits in it',
    policy: { on: 'organization', permission: 'organization_admin_read' },
    params: slugParams,
    query: none,
    body: none,
    status: 200,
    response: z.object({
      slug: z.string(),
      name: z.string(),
      plan: z.enum(PLANS),
      role: z.enum(ROLES),
      permissions,
    }),
  }),
} as const;
