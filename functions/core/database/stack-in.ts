import type { DomainError } from '../kernel/errors.ts';
import { type Result, ok } from '../kernel/result.ts';
import type { ProjectPorts } from '../project/ports.ts';
import type { Project } from '../project/project.ts';
import { NO_SETTINGS } from '../project/settings/settings.ts';
import { type Stack, stackOf } from '../project/stack.ts';
import { findTemplate } from '../project/template.ts';
import { whileRunning } from './run-query.ts';

/** What drivers are told of a project whose database can be asked. */
export function stackIn(
  project: Project,
  { catalogue }: Pick<ProjectPorts, 'catalogue'>,
): Result<Stack, DomainError> {
  const running = whileRunning(project);
  if (!running.ok) return running;
  const template = findTemplate(catalogue, project.template);
  if (template === undefined) throw new Error(`the catalogue has no template ${project.template}`);
  return ok(stackOf(project, template, NO_SETTINGS));
}
