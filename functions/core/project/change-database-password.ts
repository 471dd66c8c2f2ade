import { type DomainError, fail } from '../kernel/errors.ts';
import { type Result, ok } from '../kernel/result.ts';
import type { Actor } from '../organization/principal.ts';
import { type SecretPorts, changeSecret } from './change-secret.ts';
import type { ProjectPorts } from './ports.ts';
import type { Project } from './project.ts';
import { NO_SETTINGS } from './settings/settings.ts';
import { stackOf } from './stack.ts';
import { findTemplate } from './template.ts';

/**
 * Gives the role `postgres` another password. The database has it before it is kept: whoever dies in between leaves
 * a password that is not the one kept, which is what another change of it puts right.
 */
export async function changeDatabasePassword(
  project: Project,
  password: string,
  actor: Actor,
  ports: SecretPorts & Pick<ProjectPorts, 'databases' | 'catalogue'>,
): Promise<Result<undefined, DomainError>> {
  const template = findTemplate(ports.catalogue, project.template);
  if (template === undefined) throw new Error(`there is no template ${project.template}`);
  const stack = stackOf(project, template, NO_SETTINGS);
  const state = await ports.databases.state(stack);
  if (state !== 'available') {
    return fail('conflict', `The project’s database is ${state}.`, {
      suggestion: 'Wait until the project is ACTIVE_HEALTHY, or restore it.',
    });
  }
  return changeSecret(
    project,
    { action: 'project.database_password.change', actor },
    (secret) => ok({ secret: { ...secret, db_password: password }, answer: undefined }),
    ports,
    () => ports.databases.setPassword(stack, password),
  );
}
