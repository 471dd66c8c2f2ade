import { z } from 'zod';
import { none, operation } from './operation.ts';
import { refParams, slugParams } from './path.contract.ts';
import { PLANS } from './plans.ts';

const claim = {
  token_alias: z.string().meta({ description: 'The first and the last four digits of the token' }),
  expires_at: z.iso.datetime(),
  created_at: z.iso.datetime(),
  created_by: z.uuid(),
};

const remarks = z.array(z.object({ key: z.string(), message: z.string() }));

const onToken = {
  path: '/v1/projects/{ref}/claim-token',
  params: refParams,
  query: none,
  body: none,
} as const;

const onClaim = {
  path: '/v1/organizations/{slug}/project-claim/{token}',
  policy: { on: 'organization', permission: 'organization_admin_write' },
  params: slugParams.extend({ token: z.string().max(256) }),
  query: none,
  body: none,
} as const;

/** How a project is handed over to another organization: whoever owns that one and has the token takes it. */
export const claimOperations = {
  getProjectClaimToken: operation({
    ...onToken,
    method: 'GET',
    summary: 'Get what is known of the token by which a project can be claimed',
    policy: { on: 'project', permission: 'project_admin_read' },
    status: 200,
    response: z.object(claim),
  }),
  createProjectClaimToken: operation({
    ...onToken,
    method: 'POST',
    summary: 'Create a token by which a project can be claimed within a day; one that there was ends',
    policy: { on: 'project', permission: 'project_admin_write' },
    status: 200,
    response: z.object({ token: z.string().meta({ description: 'Shown this once' }), ...claim }),
  }),
  deleteProjectClaimToken: operation({
    ...onToken,
    method: 'DELETE',
    summary: 'Revoke the token by which a project can be claimed',
    policy: { on: 'project', permission: 'project_admin_write' },
    status: 204,
    response: none,
  }),
  getProjectClaim: operation({
    ...onClaim,
    method: 'GET',
    summary: 'Get the project that a claim token is for, and what would come of claiming it',
    status: 200,
    response: z.object({
      project: z.object({ ref: z.string(), name: z.string() }),
      preview: z.object({
        valid: z.boolean().meta({ description: 'Whether it can be claimed as things are' }),
        warnings: remarks,
        errors: remarks,
        info: remarks,
        members_exceeding_free_project_limit: z.array(z.object({ name: z.string(), limit: z.number() })),
        source_subscription_plan: z.enum(PLANS),
        target_subscription_plan: z.enum(PLANS).nullable(),
      }),
      expires_at: z.iso.datetime(),
      created_at: z.iso.datetime(),
      created_by: z.uuid(),
    }),
  }),
  claimProject: operation({
    ...onClaim,
    method: 'POST',
    summary: 'Take over the project that a claim token is for',
    status: 204,
    response: none,
  }),
} as const;
