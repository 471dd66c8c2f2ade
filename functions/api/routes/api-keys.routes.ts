import { apiKeyOperations } from '../../contract/api-keys.contract.ts';
import { ok } from '../../core/kernel/result.ts';
import {
  createApiKey,
  deleteApiKey,
  enableLegacyKeys,
  findApiKey,
  showApiKey,
  showApiKeys,
  updateApiKey,
} from '../../core/project/api-keys.ts';
import { readSecret } from '../../core/project/change-secret.ts';
import { temporaryKey } from '../../core/project/temporary-key.ts';
import { type Route, onProject } from '../route.ts';

const O = apiKeyOperations;

export const apiKeyRoutes: Record<keyof typeof apiKeyOperations, Route> = {
  getProjectApiKeys: onProject(O.getProjectApiKeys, async ({ project, query, ports }) => {
    const secret = await readSecret(project.value, ports);
    return secret.ok ? ok([...showApiKeys(secret.value, query.reveal === 'true')]) : secret;
  }),

  createProjectApiKey: onProject(O.createProjectApiKey, async ({ project, body, query, actor, ports }) => {
    const { description = null, secret_jwt_template = null } = body;
    const wanted = { ...body, description, secret_jwt_template };
    const key = await createApiKey(project.value, wanted, actor, ports);
    return key.ok ? ok(showApiKey(key.value, query.reveal === 'true')) : key;
  }),

  getProjectLegacyApiKeys: onProject(O.getProjectLegacyApiKeys, async ({ project, ports }) => {
    const secret = await readSecret(project.value, ports);
    return secret.ok ? ok({ enabled: secret.value.legacy_keys_enabled }) : secret;
  }),

  updateProjectLegacyApiKeys: onProject(
    O.updateProjectLegacyApiKeys,
    async ({ project, query, actor, ports }) => {
      const enabled = await enableLegacyKeys(project.value, query.enabled === 'true', actor, ports);
      return enabled.ok ? ok({ enabled: enabled.value }) : enabled;
    },
  ),

  createTemporaryApiKey: onProject(O.createTemporaryApiKey, async ({ project, query, ports }) => {
    const secret = await readSecret(project.value, ports);
    if (!secret.ok) return secret;
    const times = { now: ports.clock.now(), seconds: query.authorization_exp };
    return ok({ api_key: temporaryKey(project.value.ref, secret.value, times) });
  }),

  getProjectApiKey: onProject(O.getProjectApiKey, async ({ project, params, query, ports }) => {
    const secret = await readSecret(project.value, ports);
    if (!secret.ok) return secret;
    const key = findApiKey(secret.value, params.id);
    return key.ok ? ok(showApiKey(key.value, query.reveal === 'true')) : key;
  }),

  updateProjectApiKey: onProject(
    O.updateProjectApiKey,
    async ({ project, params, body, query, actor, ports }) => {
      const key = await updateApiKey(project.value, params.id, body, actor, ports);
      return key.ok ? ok(showApiKey(key.value, query.reveal === 'true')) : key;
    },
  ),

  deleteProjectApiKey: onProject(O.deleteProjectApiKey, async ({ project, params, query, actor, ports }) => {
    const { was_compromised, reason = null } = query;
    const why = { was_compromised: was_compromised === 'true', reason };
    const key = await deleteApiKey(project.value, params.id, why, actor, ports);
    return key.ok ? ok(showApiKey(key.value, query.reveal === 'true')) : key;
  }),
};
