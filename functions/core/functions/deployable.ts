import { type DomainError, fail } from '../kernel/errors.ts';
import { type Result, ok } from '../kernel/result.ts';
import type { ProjectPorts } from '../project/ports.ts';
import type { Project } from '../project/project.ts';
import { findTemplate } from '../project/template.ts';

/** Before these the project has no room for files, and after them none any more. */
const WITHOUT_FILES: ReadonlySet<Project['status']> = new Set([
  'COMING_UP',
  'INIT_FAILED',
  'GOING_DOWN',
  'REMOVED',
]);

export function hasFunctions(
  { template }: Pick<Project, 'template'>,
  { catalogue }: Pick<ProjectPorts, 'catalogue'>,
): boolean {
  return findTemplate(catalogue, template)?.services.includes('functions') === true;
}

/** Whether functions of the project can be changed. */
export function deployable(
  project: Pick<Project, 'template' | 'status'>,
  ports: Pick<ProjectPorts, 'catalogue'>,
): Result<void, DomainError> {
  if (!hasFunctions(project, ports))
    return fail('conflict', `A project of the template "${project.template}" has no functions.`);
  if (WITHOUT_FILES.has(project.status))
    return fail('conflict', `Functions cannot be changed while the project is ${project.status}.`);
  return ok(undefined);
}
