import { projectSecretOperations } from '../../contract/project-secrets.contract.ts';
import { ok } from '../../core/kernel/result.ts';
import { changeDatabasePassword } from '../../core/project/change-database-password.ts';
import { changeSecret, readSecret } from '../../core/project/change-secret.ts';
import { rotateJwtSecret } from '../../core/project/rotate-jwt-secret.ts';
import { type Route, onProject } from '../route.ts';

const O = projectSecretOperations;

export const projectSecretRoutes: Record<keyof typeof projectSecretOperations, Route> = {
  updateDatabasePassword: onProject(O.updateDatabasePassword, async ({ project, body, actor, ports }) => {
    const changed = await changeDatabasePassword(project.value, body.password, actor, ports);
    return changed.ok ? ok({ message: 'The database password has been changed.' }) : changed;
  }),

  rotateJwtSecret: onProject(O.rotateJwtSecret, ({ project, actor, ports }) =>
    rotateJwtSecret(project.value, actor, ports),
  ),

  getPgsodiumConfig: onProject(O.getPgsodiumConfig, async ({ project, ports }) => {
    const secret = await readSecret(project.value, ports);
    return secret.ok ? ok({ root_key: secret.value.pgsodium_root_key }) : secret;
  }),

  updatePgsodiumConfig: onProject(O.updatePgsodiumConfig, ({ project, body, actor, ports }) =>
    changeSecret(
      project.value,
      { action: 'project.pgsodium_root_key.change', actor },
      (secret) => ok({ secret: { ...secret, pgsodium_root_key: body.root_key }, answer: body }),
      ports,
    ),
  ),
};
