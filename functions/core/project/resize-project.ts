import type { InstanceSize } from '../../contract/regions.ts';
import { type DomainError, fail } from '../kernel/errors.ts';
import { type Result, ok } from '../kernel/result.ts';
import type { Actor } from '../organization/principal.ts';
import { type TransitionPorts, beginTransition } from './begin-transition.ts';
import { canHaveSize } from './compute-size.ts';
import type { ProjectPorts } from './ports.ts';
import type { Project } from './project.ts';
import { findTemplate } from './template.ts';

/** Begins to bring up a stack of another compute size, which takes over when it is healthy. */
export async function resizeProject(
  project: Project,
  size: InstanceSize,
  actor: Actor,
  ports: TransitionPorts & Pick<ProjectPorts, 'catalogue'>,
): Promise<Result<undefined, DomainError>> {
  const template = findTemplate(ports.catalogue, project.template);
  if (template === undefined) return fail('conflict', `There is no template "${project.template}" any more.`);
  const possible = canHaveSize(template, size, 'body.addon_variant');
  if (!possible.ok) return possible;
  if (size === project.size) return ok(undefined);
  const allowed = await ports.projects.mayHave(project.organization, { size });
  if (!allowed.ok) return allowed;
  const begun = await beginTransition(project.ref, 'resize', actor, ports, () => ({ size }));
  return begun.ok ? ok(undefined) : begun;
}
