import type { ProjectStatus } from '../contract/status.ts';
import { newExecutionId, startOf } from '../core/kernel/ids.ts';
import { deleteDueBranches } from '../core/branches/scheduled-deletion.ts';
import type { Table } from '../core/kernel/table.port.ts';
import { catchUp } from '../core/project/catch-up.ts';
import { TRANSITIONAL, deadlineOf } from '../core/project/life-cycle.ts';
import type { Project } from '../core/project/project.ts';
import { noteOf } from '../core/project/progress.ts';
import type { ProjectPorts } from '../core/project/ports.ts';
import { isBehind, startedStack } from '../core/project/stack-number.ts';
import type { WorkflowName } from '../core/project/workflows.port.ts';

/** The workflow that ends each transitional status, of a project whose database stays as it is. */
export const DRIVEN_BY: Partial<Record<ProjectStatus, WorkflowName>> = {
  COMING_UP: 'provision',
  PAUSING: 'pause',
  RESTORING: 'resume',
  RESTARTING: 'redeploy',
  RESIZING: 'redeploy',
  UPGRADING: 'redeploy',
  GOING_DOWN: 'remove',
};

/**
 * `start`: the control plane has just come up, so that no workflow can be running and no process of a project is
 * known to. `tick`: a regular look, at what is overdue or unwell.
 */
export type Occasion = 'start' | 'tick';

/** All that is done is done by workflows, so that no two ever bring up the same project. */
export type ReconcilePorts = Pick<ProjectPorts, 'projects' | 'workflows' | 'clock' | 'random' | 'log'> & {
  readonly table: Table;
};

/** Brings every project to where its record says it should be. One that fails is logged and left for the next time. */
export async function reconcile(occasion: Occasion, ports: ReconcilePorts): Promise<void> {
  const [moving, running, unwell] = await Promise.all([
    projectsIn(TRANSITIONAL, ports),
    projectsIn(['ACTIVE_HEALTHY'], ports),
    projectsIn(['ACTIVE_UNHEALTHY', 'UNKNOWN'], ports),
  ]);
  await deleteDueBranches(ports);
  const now = ports.clock.now().toISOString();
  const started = occasion === 'start';
  const due = started ? moving : moving.filter(({ deadline }) => deadline !== null && deadline <= now);
  for (const project of due) await attempt(project, ports, started ? redrive : redriveOverdue);
  for (const project of started ? [...unwell, ...running] : unwell) await attempt(project, ports, revive);
  for (const branch of running.filter((each) => isDueRun(each, occasion, ports.clock.now())))
    await attempt(branch, ports, redriveRun);
  // Their workflow died between its end and the look for what had changed meanwhile.
  for (const project of started ? [] : running.filter(isBehind))
    await attempt(project, ports, ({ ref }) => catchUp(ref, ports));
}

type Work = (project: Project, ports: ReconcilePorts) => Promise<void>;

async function attempt(project: Project, ports: ReconcilePorts, work: Work): Promise<void> {
  try {
    await work(project, ports);
  } catch (error) {
    ports.log.error('could not reconcile a project', error, { project: project.ref, status: project.status });
  }
}

/** Starts again the workflow of a project in transition, from its first step: each sees what is done already. */
async function redrive(project: Project, { workflows }: ReconcilePorts): Promise<void> {
  const { ref, execution } = project;
  const workflow = workflowOf(project);
  if (workflow !== undefined && execution !== null) await workflows.start(workflow, { ref, execution });
}

/** And says so, and gives it as much time again. */
async function redriveOverdue(project: Project, ports: ReconcilePorts): Promise<void> {
  await redrive(project, ports);
  const { projects, clock } = ports;
  const workflow = workflowOf(project);
  if (workflow === undefined) return;
  const message = `It was still ${project.status} at ${project.deadline}, when it should have been done.`;
  const note = noteOf(project, { workflow, title: 'Take up again what did not end', message }, clock);
  if (note !== undefined) await projects.recordEvent(project.ref, note);
  const read = await projects.find(project.ref);
  if (read?.value.execution !== project.execution || read.value.deadline !== project.deadline) return;
  const deadline = deadlineOf(read.value.status, clock.now())?.toISOString() ?? null;
  // In conflict with a step that has just ended the transition: then it needs no time.
  await projects.update(read, { ...read.value, deadline });
}

const workflowOf = ({ status, recovery }: Project) => (recovery === null ? DRIVEN_BY[status] : 'recover');

/** Longer than the workflow lasts at most. */
const RUN_MS = 60 * 60_000;

function isDueRun({ branch }: Project, occasion: Occasion, now: Date): boolean {
  if (!branch?.run) return false;
  return occasion === 'start' || now.getTime() - startOf(branch.run.execution) > RUN_MS;
}

async function redriveRun({ ref, branch }: Project, { workflows }: ReconcilePorts): Promise<void> {
  if (branch?.run) await workflows.start('carry', { ref, execution: branch.run.execution });
}

/** Has a project that should run brought up again. It keeps its status, which the outcome may change. */
async function revive({ ref }: Project, ports: ReconcilePorts): Promise<void> {
  const read = await ports.projects.find(ref);
  if (read === undefined || TRANSITIONAL.includes(read.value.status)) return;
  const now = ports.clock.now();
  const execution = newExecutionId(now, ports.random);
  const written = await ports.projects.update(read, {
    ...read.value,
    ...startedStack(read.value),
    execution,
    updated_at: now.toISOString(),
  });
  if (written.ok) await ports.workflows.start('resume', { ref, execution });
}

async function projectsIn(
  statuses: readonly ProjectStatus[],
  { projects }: Pick<ProjectPorts, 'projects'>,
): Promise<readonly Project[]> {
  return (await Promise.all(statuses.map((status) => projects.inStatus(status)))).flat();
}
