import type { ProjectStatus } from '../contract/status.ts';
import { type ProjectEvent, TRANSITIONAL, transition } from '../core/project/life-cycle.ts';
import type { Project } from '../core/project/project.ts';
import type { ProjectPorts } from '../core/project/ports.ts';
import { stackOf } from '../core/project/stack.ts';
import { findTemplate } from '../core/project/template.ts';
import type { WorkflowName } from '../core/project/workflows.port.ts';
import type { Versioned } from '../core/kernel/table.port.ts';

/** The workflow that ends each transitional status. */
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

/** Projects handled at a time: starting one keeps a core busy for a moment. */
const AT_ONCE = 4;

/** Brings every project to where its record says it should be. One that fails is logged and left for the next time. */
export async function reconcile(occasion: Occasion, ports: ProjectPorts): Promise<void> {
  const [moving, running, unwell] = await Promise.all([
    projectsIn(TRANSITIONAL, ports),
    projectsIn(['ACTIVE_HEALTHY'], ports),
    projectsIn(['ACTIVE_UNHEALTHY', 'UNKNOWN'], ports),
  ]);
  const now = ports.clock.now().toISOString();
  const due =
    occasion === 'start' ? moving : moving.filter(({ deadline }) => deadline !== null && deadline <= now);
  for (const project of due) await attempt(project, ports, () => redrive(project, ports));
  const work = [...unwell, ...(occasion === 'start' ? running : [])];
  const next = work.values();
  const worker = async () => {
    for (const project of next) await attempt(project, ports, () => revive(project, ports));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

async function attempt(project: Project, ports: ProjectPorts, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    ports.log.error('could not reconcile a project', error, { ref: project.ref, status: project.status });
  }
}

/** Starts again the workflow of a project in transition, from its first step: each sees what is done already. */
async function redrive(project: Project, ports: Pick<ProjectPorts, 'workflows'>): Promise<void> {
  const workflow = DRIVEN_BY[project.status];
  if (workflow === undefined || project.execution === null) return;
  await ports.workflows.start(workflow, { ref: project.ref, execution: project.execution });
}

/** Brings up whatever of a running project does not run, and records whether that worked. */
async function revive({ ref }: Project, ports: ProjectPorts): Promise<void> {
  const read = await ports.projects.find(ref);
  if (read === undefined) return;
  try {
    await bringUp(read.value, ports);
  } catch (error) {
    await note(read, 'sickened', ports);
    throw error;
  }
  await note(read, 'recovered', ports);
}

async function bringUp(project: Project, ports: ProjectPorts): Promise<void> {
  const template = findTemplate(ports.catalogue, project.template);
  const secret = await ports.secrets.read(project.ref);
  if (template === undefined || secret === undefined)
    throw new Error('the project has lost its template or secret');
  const stack = stackOf(project, template);
  if ((await ports.databases.state(stack)) !== 'available') await ports.databases.start(stack);
  await ports.compute.deploy(stack, secret);
  await ports.compute.promote(stack);
  await ports.routes.publish(stack);
}

/** Whoever has changed the project meanwhile knows better. */
async function note(
  read: Versioned<Project>,
  event: ProjectEvent,
  ports: Pick<ProjectPorts, 'projects' | 'clock'>,
): Promise<void> {
  const now = ports.clock.now();
  const next = transition(read.value.status, event, now);
  if (!next.ok) return;
  await ports.projects.update(read, {
    ...read.value,
    status: next.value.status,
    updated_at: now.toISOString(),
  });
}

async function projectsIn(
  statuses: readonly ProjectStatus[],
  { projects }: Pick<ProjectPorts, 'projects'>,
): Promise<readonly Project[]> {
  return (await Promise.all(statuses.map((status) => projects.inStatus(status)))).flat();
}
