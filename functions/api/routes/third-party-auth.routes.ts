import { thirdPartyAuthOperations } from '../../contract/third-party-auth.contract.ts';
import { type Result, ok } from '../../core/kernel/result.ts';
import type { DomainError } from '../../core/kernel/errors.ts';
import {
  type Integration,
  addIntegration,
  findIntegration,
  listIntegrations,
  removeIntegration,
} from '../../core/project/settings/third-party-auth.ts';
import { type Route, onProject } from '../route.ts';

const O = thirdPartyAuthOperations;

export const thirdPartyAuthRoutes: Record<keyof typeof thirdPartyAuthOperations, Route> = {
  listThirdPartyAuth: onProject(O.listThirdPartyAuth, async ({ project, ports }) =>
    ok((await listIntegrations(project.value, ports)).map(render)),
  ),

  createThirdPartyAuth: onProject(O.createThirdPartyAuth, async ({ project, body, actor, ports }) =>
    rendered(await addIntegration(project.value, body, actor, ports)),
  ),

  getThirdPartyAuth: onProject(O.getThirdPartyAuth, async ({ project, params, ports }) =>
    rendered(await findIntegration(project.value, params.tpa_id, ports)),
  ),

  deleteThirdPartyAuth: onProject(O.deleteThirdPartyAuth, async ({ project, params, actor, ports }) =>
    rendered(await removeIntegration(project.value, params.tpa_id, actor, ports)),
  ),
};

const rendered = (integration: Result<Integration, DomainError>) =>
  integration.ok ? ok(render(integration.value)) : integration;

function render({ id, oidc_issuer_url, jwks_url, custom_jwks, inserted_at }: Integration) {
  const type = oidc_issuer_url !== null ? 'oidc' : jwks_url !== null ? 'jwks' : 'custom-jwks';
  const times = { inserted_at, updated_at: inserted_at, resolved_at: null };
  return { id, type, oidc_issuer_url, jwks_url, custom_jwks, resolved_jwks: null, ...times };
}
