import { type DomainError, fail } from '../kernel/errors.ts';
import { type Result, ok } from '../kernel/result.ts';
import type { Versioned } from '../kernel/table.port.ts';
import { auditWrite } from '../organization/audit.ts';
import type { Actor } from '../organization/principal.ts';
import { type TransitionPorts, beginTransition } from '../project/begin-transition.ts';
import { parentOf } from '../project/branch.ts';
import type { Project } from '../project/project.ts';
import { type BranchProject, IS_DEFAULT } from './branch.ts';

/** A branch goes as any project goes. */
export async function deleteBranch(
  branch: BranchProject,
  actor: Actor,
  ports: TransitionPorts,
): Promise<Result<Project, DomainError>> {
  return parentOf(branch) === undefined ? IS_DEFAULT : beginTransition(branch.ref, 'remove', actor, ports);
}

/** Deletes all branches of the project; it is no branch of its own then. Whatever fails, it can be asked for again. */
export async function disableBranching(
  project: Versioned<Project>,
  actor: Actor,
  ports: TransitionPorts,
): Promise<Result<undefined, DomainError>> {
  const { ref, organization, branch } = project.value;
  if (branch?.of !== ref) return ok(undefined);
  for (const each of await ports.projects.branchesOf(project.value)) {
    const going = await beginTransition(each.ref, 'remove', actor, ports);
    if (!going.ok) return going;
  }
  const at = ports.clock.now();
  const action = 'project.branching.disable';
  const audit = auditWrite({ organization, action, subject: ref, actor, at });
  const next = { ...project.value, branch: null, updated_at: at.toISOString() };
  if ((await ports.projects.update(project, next, [audit])).ok) return ok(undefined);
  return fail('conflict', 'The project was changed by others at this moment.', { suggestion: 'Try again.' });
}
