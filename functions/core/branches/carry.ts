import { carryFunctions } from '../functions/carry-functions.ts';
import { type DomainError, fail } from '../kernel/errors.ts';
import { type ExecutionId, newExecutionId } from '../kernel/ids.ts';
import { type Result, ok } from '../kernel/result.ts';
import { auditWrite } from '../organization/audit.ts';
import type { Actor } from '../organization/principal.ts';
import { systemActor } from '../organization/system-actor.ts';
import { type BranchRun, parentOf } from '../project/branch.ts';
import type { ProjectPorts } from '../project/ports.ts';
import type { Project } from '../project/project.ts';
import { carryMigrations } from '../database/migrations/carry-migrations.ts';
import { whileRunning } from '../database/run-query.ts';
import { type BranchProject, IS_DEFAULT, NO_SUCH_BRANCH, reviseBranch } from './branch.ts';

export type BeginPorts = Pick<ProjectPorts, 'projects' | 'workflows' | 'clock' | 'random'>;
type CarryPorts = Pick<
  ProjectPorts,
  'projects' | 'databases' | 'functions' | 'functionFiles' | 'catalogue' | 'clock' | 'random'
>;

const UNDER_WAY = fail('conflict', 'The branch is being pushed to or merged at this moment.', {
  suggestion: 'Wait until it is done: GET /v1/projects/{ref}/actions tells.',
});

/**
 * Begins to give a branch what its project has and it lacks (`push`), or the project what the branch has (`merge`).
 * Answers the id of the run.
 */
export async function beginCarry(
  what: BranchRun['what'],
  branch: BranchProject,
  upTo: string | undefined,
  actor: Actor,
  ports: BeginPorts,
): Promise<Result<ExecutionId, DomainError>> {
  const sides = await sidesOf(branch, what, ports);
  if (!sides.ok) return sides;
  const { from, to } = sides.value;
  const answering = [to, from].map(whileRunning).find(({ ok: answers }) => !answers);
  if (answering?.ok === false) return answering;
  if (branch.branch.run !== null) return UNDER_WAY;
  const { organization, ref: subject } = branch;
  const at = ports.clock.now();
  const execution = newExecutionId(at, ports.random);
  const details = { parent: branch.branch.of, run: execution };
  const audit = auditWrite({ organization, action: `branch.${what}`, subject, actor, at, details });
  const run = { execution, what, up_to: upTo ?? null };
  // Before anything is done, as with any SQL whose effect the table's transaction does not hold.
  const noted = await reviseBranch(
    branch,
    ({ run: other }) => (other === null ? { status: 'RUNNING_MIGRATIONS', failure: null, run } : undefined),
    [audit],
    ports,
  );
  if (!noted.ok) return noted;
  if (noted.value.branch.run?.execution !== execution) return UNDER_WAY;
  await ports.workflows.start('carry', { ref: subject, execution });
  return ok(execution);
}

interface Sides {
  readonly from: Project;
  readonly to: Project;
}

async function sidesOf(
  branch: Project,
  what: BranchRun['what'],
  { projects }: Pick<ProjectPorts, 'projects'>,
): Promise<Result<Sides, DomainError>> {
  const parentRef = parentOf(branch);
  if (parentRef === undefined) return IS_DEFAULT;
  const parent = (await projects.find(parentRef))?.value;
  if (parent === undefined) return NO_SUCH_BRANCH;
  return ok(what === 'push' ? { from: parent, to: branch } : { from: branch, to: parent });
}

/** The migrations of a run that was begun. */
export async function carryRunMigrations(
  branch: Project,
  ports: CarryPorts,
): Promise<Result<undefined, DomainError>> {
  const run = branch.branch?.run;
  if (!run) return ok(undefined);
  const sides = await sidesOf(branch, run.what, ports);
  if (!sides.ok) return sides;
  const { from, to } = sides.value;
  const running = whileRunning(to);
  if (!running.ok) return running;
  const carried = await carryMigrations(from, to, run.up_to ?? undefined, ports);
  if (!carried.ok) return carried;
  const passed = await reviseBranch(branch, { status: 'MIGRATIONS_PASSED' }, [], ports);
  return passed.ok ? ok(undefined) : passed;
}

/** The functions of a run that was begun. A branch that is pushed to keeps its own version of what both have. */
export async function carryRunFunctions(
  branch: Project,
  ports: CarryPorts,
): Promise<Result<undefined, DomainError>> {
  const run = branch.branch?.run;
  if (!run) return ok(undefined);
  const sides = await sidesOf(branch, run.what, ports);
  if (!sides.ok) return sides;
  const { from, to } = sides.value;
  const actor = systemActor({ ip: '', request_id: run.execution });
  const carried = await carryFunctions(from, to, { replace: run.what === 'merge' }, actor, ports);
  if (!carried.ok || carried.value === 0) return carried.ok ? ok(undefined) : carried;
  const deployed = await reviseBranch(branch, { status: 'FUNCTIONS_DEPLOYED' }, [], ports);
  return deployed.ok ? ok(undefined) : deployed;
}

/**
 * Gives a new branch its parent's migrations and functions before it is up. What the parent's SQL does there is the
 * owner's to mend: a branch is there all the same, and says what went wrong.
 */
export async function migrateNewBranch(branch: Project, ports: CarryPorts): Promise<void> {
  const sides = await sidesOf(branch, 'push', ports);
  const upTo = branch.branch?.up_to ?? undefined;
  const carried = sides.ok ? await carryMigrations(sides.value.from, branch, upTo, ports) : sides;
  const outcome = carried.ok
    ? { status: 'MIGRATIONS_PASSED' as const, failure: null }
    : { status: 'MIGRATIONS_FAILED' as const, failure: carried.error.message };
  await reviseBranch(branch, outcome, [], ports);
}

/** Those that the branch has stay as they are: a reset takes the data alone. */
export async function copyFunctions(
  branch: Project,
  execution: ExecutionId,
  ports: CarryPorts,
): Promise<Result<undefined, DomainError>> {
  const sides = await sidesOf(branch, 'push', ports);
  if (!sides.ok) return ok(undefined);
  const actor = systemActor({ ip: '', request_id: execution });
  const carried = await carryFunctions(sides.value.from, branch, { replace: false }, actor, ports);
  return carried.ok ? ok(undefined) : carried;
}
