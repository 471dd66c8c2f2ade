import { type DomainError, fail } from '../kernel/errors.ts';
import { type Result, ok } from '../kernel/result.ts';
import { backedUp } from '../project/backups.ts';
import { parentOf } from '../project/branch.ts';
import type { ProjectPorts } from '../project/ports.ts';
import type { Project } from '../project/project.ts';
import { NO_SETTINGS } from '../project/settings/settings.ts';
import { type Stack, stackOf } from '../project/stack.ts';
import { findTemplate } from '../project/template.ts';

/** Whether the branch begins as a copy of what its project holds. */
export const beginsWithData = (project: Project): boolean =>
  parentOf(project) !== undefined && project.branch?.with_data === true;

/** The project that a branch with data is a copy of, as drivers are told of it. */
export async function dataSourceOf(
  branch: Project,
  { projects, catalogue }: Pick<ProjectPorts, 'projects' | 'catalogue'>,
): Promise<Stack> {
  const ref = parentOf(branch);
  const parent = ref === undefined ? undefined : (await projects.find(ref))?.value;
  const template = parent && findTemplate(catalogue, parent.template);
  if (parent === undefined || template === undefined)
    throw new Error(`there is nothing that ${branch.ref} could be a copy of`);
  return stackOf(parent, template, NO_SETTINGS);
}

/** What has no backups has no copies: both are of whole clusters. */
export async function mayBeCopied(
  parent: Project,
  ports: Pick<ProjectPorts, 'backups' | 'catalogue'>,
): Promise<Result<undefined, DomainError>> {
  const copied = await backedUp(parent, ports);
  if (copied.ok) return ok(undefined);
  const { message } = copied.error;
  return fail('not_implemented', `A branch with data is a copy of a whole cluster. ${message}`, {
    field: 'body.with_data',
    suggestion: 'Create the branch without data.',
  });
}
