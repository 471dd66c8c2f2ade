import { INSTANCE_SIZES, type InstanceSize } from '../../contract/regions.ts';
import { type DomainError, fail } from '../kernel/errors.ts';
import { type Result, ok } from '../kernel/result.ts';
import type { Actor } from '../organization/principal.ts';
import { type TransitionPorts, beginTransition } from './begin-transition.ts';
import type { ProjectPorts } from './ports.ts';
import type { Project } from './project.ts';
import { type Catalogue, findTemplate } from './template.ts';

/** The compute sizes that a project can have, the smallest first. */
export function sizesOf({ template }: Pick<Project, 'template'>, catalogue: Catalogue): InstanceSize[] {
  const sizes = findTemplate(catalogue, template)?.sizes ?? {};
  return INSTANCE_SIZES.filter((size) => size in sizes);
}

/** Begins to bring up a stack of another compute size, which takes over when it is healthy. */
export async function resizeProject(
  project: Project,
  size: InstanceSize,
  actor: Actor,
  ports: TransitionPorts & Pick<ProjectPorts, 'catalogue'>,
): Promise<Result<undefined, DomainError>> {
  const sizes = sizesOf(project, ports.catalogue);
  if (!sizes.includes(size)) {
    return fail('validation_failed', `A project of the template "${project.template}" cannot be ${size}.`, {
      field: 'body.addon_variant',
      suggestion: `It can be one of: ${sizes.join(', ')}.`,
    });
  }
  if (size === project.size) return ok(undefined);
  const allowed = await ports.projects.mayHave(project.organization, { size });
  if (!allowed.ok) return allowed;
  const begun = await beginTransition(project.ref, 'resize', actor, ports, () => ({ size }));
  return begun.ok ? ok(undefined) : begun;
}
