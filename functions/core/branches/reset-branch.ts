import type { DomainError } from '../kernel/errors.ts';
import { type Result, ok } from '../kernel/result.ts';
import type { Actor } from '../organization/principal.ts';
import { type TransitionPorts, beginTransition } from '../project/begin-transition.ts';
import { parentOf } from '../project/branch.ts';
import type { Project } from '../project/project.ts';
import { type BranchProject, IS_DEFAULT } from './branch.ts';

/**
 * Gives the branch a new database with the parent's migrations, up to a version if one is given. Its ref, keys and
 * functions stay; its data and its stored files go.
 */
export async function resetBranch(
  branch: BranchProject,
  upTo: string | undefined,
  actor: Actor,
  ports: TransitionPorts,
): Promise<Result<Project['execution'], DomainError>> {
  if (parentOf(branch) === undefined) return IS_DEFAULT;
  const begun = await beginTransition(branch.ref, 'reset', actor, ports, ({ branch: read }) => ({
    branch: read && { ...read, status: 'CREATING_PROJECT', failure: null, up_to: upTo ?? null, run: null },
  }));
  return begun.ok ? ok(begun.value.execution) : begun;
}
