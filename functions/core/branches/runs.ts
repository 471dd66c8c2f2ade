import type { ExecutionId } from '../kernel/ids.ts';
import type { Branch } from '../project/branch.ts';
import type { ProgressEvent } from '../project/progress.ts';
import type { ProjectPorts } from '../project/ports.ts';
import type { Project } from '../project/project.ts';
import type { WorkflowName } from '../project/workflows.port.ts';
import { parentOf } from '../project/branch.ts';

/** Supabase's names of what is done in an action run, in their order, and the steps here that do it. */
const RUN_STEPS = {
  clone: ['create-secrets', 'clear-branch', 'copy-database', 'create-database', 'copy-files'],
  pull: ['bootstrap-database'],
  health: ['await-database', 'await-healthy'],
  configure: ['configure-database', 'deploy-stack'],
  migrate: ['migrate-branch', 'carry-migrations'],
  deploy: ['carry-functions'],
} as const;

type RunStepName = keyof typeof RUN_STEPS;
type RunStatus = 'RUNNING' | 'EXITED' | 'DEAD';

/** Of a branch: that it is made, or made anew, and what is carried to it or from it. */
const RUNS: readonly WorkflowName[] = ['provision', 'carry'];

interface RunStep {
  readonly name: RunStepName;
  readonly status: RunStatus;
  readonly created_at: string;
  readonly updated_at: string;
}

export interface Run {
  readonly id: ExecutionId;
  readonly branch: Project;
  readonly steps: readonly RunStep[];
  readonly created_at: string;
  readonly updated_at: string;
  readonly events: readonly ProgressEvent[];
}

/** What was done for a branch, or for all branches of a project; the newest first. */
export async function runsOf(
  project: Project,
  ports: Pick<ProjectPorts, 'projects'>,
): Promise<readonly Run[]> {
  const branches = [project, ...(await ports.projects.branchesOf(project))];
  const runs = await Promise.all(
    branches
      .filter((each) => parentOf(each) !== undefined)
      .map(async (branch) => runsIn(branch, await ports.projects.events(branch.ref))),
  );
  return runs.flat().toSorted((a, b) => (a.id < b.id ? 1 : -1));
}

function runsIn(branch: Project, events: readonly ProgressEvent[]): readonly Run[] {
  const told = events.filter(({ workflow }) => RUNS.includes(workflow));
  return [...Map.groupBy(told, ({ execution }) => execution)].map(([id, own]) => ({
    id,
    branch,
    steps: Object.keys(RUN_STEPS)
      .filter(isRunStep)
      .flatMap((name) => stepOf(name, own)),
    ...spanOf(own),
    events: own,
  }));
}

const isRunStep = (name: string): name is RunStepName => Object.hasOwn(RUN_STEPS, name);

function stepOf(name: RunStepName, events: readonly ProgressEvent[]): readonly RunStep[] {
  const steps: readonly string[] = RUN_STEPS[name];
  const own = events.filter(({ step }) => steps.includes(step));
  if (own.length === 0) return [];
  const failed = own.some(({ status }) => status === 'failed');
  const running = own.some(({ status }) => status === 'running');
  const status = failed ? ('DEAD' as const) : running ? ('RUNNING' as const) : ('EXITED' as const);
  return [{ name, status, ...spanOf(own) }];
}

function spanOf(events: readonly ProgressEvent[]) {
  const begun = events.map(({ started_at }) => started_at).toSorted();
  const told = events.map(({ started_at, ended_at }) => ended_at ?? started_at).toSorted();
  return { created_at: begun[0] ?? '', updated_at: told.at(-1) ?? '' };
}

/** What was done, line by line. */
export const logOf = ({ events }: Run): string =>
  events
    .map(({ started_at, ended_at, title, status, message }) =>
      [ended_at ?? started_at, status.padEnd(7), title, ...(message === null ? [] : [`(${message})`])].join(
        ' ',
      ),
    )
    .map((line) => `${line}\n`)
    .join('');

/** What a run that has failed leaves in the record of its branch; nothing, where it has not. */
export function failureOf(events: readonly ProgressEvent[]): Partial<Pick<Branch, 'status' | 'failure'>> {
  const failed = events.find(({ status }) => status === 'failed');
  if (failed === undefined) return {};
  const status = failed.step === 'carry-functions' ? 'FUNCTIONS_FAILED' : 'MIGRATIONS_FAILED';
  return { status, failure: failed.message };
}
