import { carryMigrations } from '../migrations/carry-migrations.ts';
import { whileRunning } from '../run-query.ts';
import type { DomainError } from '../../kernel/errors.ts';
import type { Result } from '../../kernel/result.ts';
import { auditWrite } from '../../organization/audit.ts';
import type { Actor } from '../../organization/principal.ts';
import { type Branch, parentOf } from '../../project/branch.ts';
import type { ProjectPorts } from '../../project/ports.ts';
import type { Project } from '../../project/project.ts';
import { type BranchProject, IS_DEFAULT, NO_SUCH_BRANCH, reviseBranch } from './branch.ts';

export type CarryPorts = Pick<ProjectPorts, 'projects' | 'databases' | 'clock'>;

/** Gives a branch the migrations of its parent that it lacks. */
export const pushBranch = (
  branch: BranchProject,
  upTo: string | undefined,
  actor: Actor,
  ports: CarryPorts,
) => carry('push', branch, upTo, actor, ports);

/** Gives the parent the migrations of a branch that it lacks. */
export const mergeBranch = (
  branch: BranchProject,
  upTo: string | undefined,
  actor: Actor,
  ports: CarryPorts,
) => carry('merge', branch, upTo, actor, ports);

async function carry(
  what: 'push' | 'merge',
  branch: BranchProject,
  upTo: string | undefined,
  actor: Actor,
  ports: CarryPorts,
): Promise<Result<undefined, DomainError>> {
  const parentRef = parentOf(branch);
  if (parentRef === undefined) return IS_DEFAULT;
  const parent = (await ports.projects.find(parentRef))?.value;
  if (parent === undefined) return NO_SUCH_BRANCH;
  const [from, to] = what === 'push' ? [parent, branch] : [branch, parent];
  const running = whileRunning(to);
  if (!running.ok) return running;
  const { organization, ref: subject } = branch;
  const at = ports.clock.now();
  const details = { parent: parentRef };
  const audit = auditWrite({ organization, action: `branch.${what}`, subject, actor, at, details });
  // Before anything is done, as with any SQL whose effect the table's transaction does not hold.
  const noted = await reviseBranch(branch, { status: 'RUNNING_MIGRATIONS' }, [audit], ports);
  if (!noted.ok) return noted;
  const carried = await carryMigrations(from, to, upTo, ports);
  const revised = await reviseBranch(branch, outcomeOf(carried), [], ports);
  return carried.ok && !revised.ok ? revised : carried;
}

/**
 * Gives a new branch its parent's migrations before it is up. What the parent's SQL does there is the owner's to mend:
 * a branch is there all the same, and says what went wrong.
 */
export async function migrateNewBranch(branch: Project, ports: CarryPorts): Promise<void> {
  const parentRef = parentOf(branch);
  if (parentRef === undefined) return;
  const parent = (await ports.projects.find(parentRef))?.value;
  const upTo = branch.branch?.up_to ?? undefined;
  const carried = parent === undefined ? NO_SUCH_BRANCH : await carryMigrations(parent, branch, upTo, ports);
  await reviseBranch(branch, outcomeOf(carried), [], ports);
}

const outcomeOf = (carried: Result<undefined, DomainError>): Pick<Branch, 'status' | 'failure'> =>
  carried.ok
    ? { status: 'MIGRATIONS_PASSED', failure: null }
    : { status: 'MIGRATIONS_FAILED', failure: carried.error.message };
