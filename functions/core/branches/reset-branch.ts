import { type DomainError, fail } from '../kernel/errors.ts';
import { type Result, ok } from '../kernel/result.ts';
import type { Actor } from '../organization/principal.ts';
import { type TransitionPorts, beginTransition } from '../project/begin-transition.ts';
import { parentOf } from '../project/branch.ts';
import type { Project } from '../project/project.ts';
import { type BranchProject, IS_DEFAULT } from './branch.ts';

const AS_IT_IS = fail(
  'not_implemented',
  'A branch with data becomes a copy of its project as it is now, with all of its migrations.',
  { field: 'body.migration_version', suggestion: 'Leave it out.' },
);

/**
 * Gives the branch a new database: of one with data a new copy of the parent's, of any other one the parent's
 * migrations, up to a version if one is given. Its ref, keys and functions stay; its data and its stored files go.
 */
export async function resetBranch(
  branch: BranchProject,
  upTo: string | undefined,
  actor: Actor,
  ports: TransitionPorts,
): Promise<Result<Project['execution'], DomainError>> {
  if (parentOf(branch) === undefined) return IS_DEFAULT;
  if (branch.branch.with_data && upTo !== undefined) return AS_IT_IS;
  const begun = await beginTransition(branch.ref, 'reset', actor, ports, ({ branch: read }) => ({
    branch: read && { ...read, status: 'CREATING_PROJECT', failure: null, up_to: upTo ?? null, run: null },
  }));
  return begun.ok ? ok(begun.value.execution) : begun;
}
