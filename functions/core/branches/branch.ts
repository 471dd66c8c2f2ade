import { type DomainError, fail } from '../kernel/errors.ts';
import { type Result, ok } from '../kernel/result.ts';
import type { Write } from '../kernel/table.port.ts';
import type { Branch } from '../project/branch.ts';
import type { ProjectPorts } from '../project/ports.ts';
import type { Project } from '../project/project.ts';

/** A project that is a branch, the default one or another. */
export type BranchProject = Project & { readonly branch: Branch };

/** Supabase's name of the branch that is the project itself. */
export const DEFAULT_BRANCH = 'main';

export const NO_SUCH_BRANCH = fail('not_found', 'Branch not found.', {
  suggestion: 'GET /v1/projects/{ref}/branches lists the branches of a project.',
});

export const IS_DEFAULT = fail('conflict', 'The default branch is the project itself.', {
  suggestion: 'Name one of the branches that come from it.',
});

export const isBranch = (project: Project): project is BranchProject => project.branch !== null;

/** The default branch first; none at all, as long as the project was never branched. */
export async function branchesOf(
  project: Project,
  { projects }: Pick<ProjectPorts, 'projects'>,
): Promise<readonly BranchProject[]> {
  return [project, ...(await projects.branchesOf(project))].filter(isBranch);
}

/** Others that change the project at the same time get through one by one, so a handful is plenty. */
const ATTEMPTS = 8;

/**
 * Changes what the record says of a branch, whatever else is changed of the project meanwhile. `change` may depend on
 * what it says, and be none.
 */
export async function reviseBranch(
  { ref }: Pick<Project, 'ref'>,
  change: Partial<Branch> | ((branch: Branch) => Partial<Branch> | undefined),
  more: readonly Write[],
  { projects, clock }: Pick<ProjectPorts, 'projects' | 'clock'>,
): Promise<Result<BranchProject, DomainError>> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const read = await projects.find(ref);
    if (read === undefined || !isBranch(read.value)) return NO_SUCH_BRANCH;
    const { branch } = read.value;
    const changed = typeof change === 'function' ? change(branch) : change;
    if (changed === undefined) return ok(read.value);
    const updated_at = clock.now().toISOString();
    const next = { ...read.value, branch: { ...branch, ...changed }, updated_at };
    if ((await projects.update(read, next, more)).ok) return ok(next);
  }
  return fail('conflict', 'The branch is being changed by others at this moment.', {
    suggestion: 'Try again.',
  });
}
