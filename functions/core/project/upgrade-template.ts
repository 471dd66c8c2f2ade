import { type DomainError, fail } from '../kernel/errors.ts';
import type { Result } from '../kernel/result.ts';
import type { Actor } from '../organization/principal.ts';
import { type TransitionPorts, beginTransition } from './begin-transition.ts';
import type { ProjectPorts } from './ports.ts';
import type { Project } from './project.ts';
import { upgradeObstacle } from './template-version.ts';
import { findTemplate } from './template.ts';

/** Begins to bring the project, while it serves, to the newest version of its template. */
export async function upgradeTemplate(
  project: Project,
  actor: Actor,
  ports: TransitionPorts & Pick<ProjectPorts, 'catalogue'>,
): Promise<Result<Project, DomainError>> {
  const obstacle = upgradeObstacle(project, ports.catalogue);
  if (obstacle !== null) return fail('conflict', obstacle);
  const coming_version = findTemplate(ports.catalogue, project.template)?.version ?? null;
  return beginTransition(project.ref, 'upgrade', actor, ports, () => ({ coming_version }));
}
