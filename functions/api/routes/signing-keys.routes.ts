import { signingKeyOperations } from '../../contract/signing-keys.contract.ts';
import { type DomainError, fail } from '../../core/kernel/errors.ts';
import { type Result, ok } from '../../core/kernel/result.ts';
import { readSecret } from '../../core/project/change-secret.ts';
import { publicJwk } from '../../core/project/jwk.ts';
import type { SigningKey } from '../../core/project/signing-key.ts';
import {
  createSigningKey,
  deleteSigningKey,
  findSigningKey,
  importLegacyKey,
  legacyKeyOf,
  updateSigningKey,
} from '../../core/project/signing-keys.ts';
import { type Route, onProject } from '../route.ts';

const O = signingKeyOperations;

const rendered = ({ private_jwk, ...key }: SigningKey) => ({
  ...key,
  public_jwk: publicJwk(key.id, key.algorithm, private_jwk),
});

const answer = (key: Result<SigningKey, DomainError>) => (key.ok ? ok(rendered(key.value)) : key);

export const signingKeyRoutes: Record<keyof typeof signingKeyOperations, Route> = {
  getProjectSigningKeys: onProject(O.getProjectSigningKeys, async ({ project, ports }) => {
    const secret = await readSecret(project.value, ports);
    return secret.ok ? ok({ keys: secret.value.signing_keys.map(rendered) }) : secret;
  }),

  createProjectSigningKey: onProject(O.createProjectSigningKey, async ({ project, body, actor, ports }) => {
    const { algorithm, status = 'standby', private_jwk } = body;
    const wanted = { algorithm, status, ...(private_jwk === undefined ? {} : { private_jwk }) };
    return answer(await createSigningKey(project.value, wanted, actor, ports));
  }),

  getLegacySigningKey: onProject(O.getLegacySigningKey, async ({ project, ports }) => {
    const secret = await readSecret(project.value, ports);
    if (!secret.ok) return secret;
    const key = legacyKeyOf(secret.value);
    if (key !== undefined) return ok(rendered(key));
    return fail('not_found', "The project's JWT secret is not among its signing keys.", {
      suggestion: 'POST to this address has it stand there.',
    });
  }),

  createLegacySigningKey: onProject(O.createLegacySigningKey, async ({ project, actor, ports }) =>
    answer(await importLegacyKey(project.value, actor, ports)),
  ),

  getProjectSigningKey: onProject(O.getProjectSigningKey, async ({ project, params, ports }) => {
    const secret = await readSecret(project.value, ports);
    return secret.ok ? answer(findSigningKey(secret.value, params.id)) : secret;
  }),

  updateProjectSigningKey: onProject(
    O.updateProjectSigningKey,
    async ({ project, params, body, actor, ports }) =>
      answer(await updateSigningKey(project.value, params.id, body.status, actor, ports)),
  ),

  removeProjectSigningKey: onProject(O.removeProjectSigningKey, async ({ project, params, actor, ports }) =>
    answer(await deleteSigningKey(project.value, params.id, actor, ports)),
  ),
};
