import { functionSecretOperations } from '../../contract/function-secrets.contract.ts';
import { deleteSecrets, listSecrets, setSecrets } from '../../core/functions/function-secrets.ts';
import { ok } from '../../core/kernel/result.ts';
import { type Route, onProject } from '../route.ts';

const O = functionSecretOperations;

export const functionSecretRoutes: Record<keyof typeof functionSecretOperations, Route> = {
  listSecrets: onProject(O.listSecrets, async ({ project, ports }) => {
    const secrets = await listSecrets(project.value.ref, ports);
    return ok(
      secrets.map(({ name, digest, changed_at }) => ({
        name,
        value: digest,
        ...(changed_at === undefined ? {} : { updated_at: changed_at }),
      })),
    );
  }),

  setSecrets: onProject(O.setSecrets, async ({ project, body, actor, ports }) => {
    const given = Object.fromEntries(body.map(({ name, value }) => [name, value]));
    const set = await setSecrets(project.value, given, actor, ports);
    return set.ok ? ok(undefined) : set;
  }),

  deleteSecrets: onProject(O.deleteSecrets, async ({ project, body, actor, ports }) => {
    const deleted = await deleteSecrets(project.value, body, actor, ports);
    return deleted.ok ? ok(undefined) : deleted;
  }),
};
