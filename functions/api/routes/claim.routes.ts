import { claimOperations } from '../../contract/claims.contract.ts';
import { ok } from '../../core/kernel/result.ts';
import { claimProject, previewClaim } from '../../core/claims/claim-project.ts';
import type { Claim } from '../../core/claims/claim-store.ts';
import { createClaimToken, deleteClaimToken, getClaimToken } from '../../core/claims/claim-token.ts';
import { type Route, onOrganization, onProject } from '../route.ts';

const O = claimOperations;

export const claimRoutes: Record<keyof typeof claimOperations, Route> = {
  getProjectClaimToken: onProject(O.getProjectClaimToken, async ({ project, ports }) => {
    const found = await getClaimToken(project.value, ports);
    return found.ok ? ok(renderClaim(found.value)) : found;
  }),

  createProjectClaimToken: onProject(O.createProjectClaimToken, async ({ project, actor, ports }) => {
    const made = await createClaimToken(project.value, actor, ports);
    return made.ok ? ok({ token: made.value.token, ...renderClaim(made.value) }) : made;
  }),

  deleteProjectClaimToken: onProject(O.deleteProjectClaimToken, ({ project, actor, ports }) =>
    deleteClaimToken(project.value, actor, ports),
  ),

  getProjectClaim: onOrganization(O.getProjectClaim, async ({ organization, params, ports }) => {
    const preview = await previewClaim(params.token, organization, ports);
    if (!preview.ok) return preview;
    const { claim, project, from, errors, warnings } = preview.value;
    const { created_at, created_by, expires_at } = claim.value;
    return ok({
      project: { ref: project.value.ref, name: project.value.name },
      preview: {
        valid: errors.length === 0,
        warnings,
        errors,
        info: [],
        members_exceeding_free_project_limit: [],
        source_subscription_plan: from.plan,
        target_subscription_plan: organization.plan,
      },
      expires_at,
      created_at,
      created_by,
    });
  }),

  claimProject: onOrganization(O.claimProject, ({ organization, params, actor, ports }) =>
    claimProject(params.token, organization, actor, ports),
  ),
};

const renderClaim = ({ token_alias, expires_at, created_at, created_by }: Claim) => ({
  token_alias,
  expires_at,
  created_at,
  created_by,
});
