import { newExecutionId } from '../core/kernel/ids.ts';
import { systemActor } from '../core/organization/system-actor.ts';
import { beginTransition } from '../core/project/begin-transition.ts';
import { noteOf } from '../core/project/progress.ts';
import type { ProjectPorts } from '../core/project/ports.ts';
import type { Project } from '../core/project/project.ts';
import { NO_SETTINGS } from '../core/project/settings/settings.ts';
import { type Stack, stackOf } from '../core/project/stack.ts';
import { startedStack } from '../core/project/stack-number.ts';
import { findTemplate } from '../core/project/template.ts';

export type DriftPorts = Pick<
  ProjectPorts,
  | 'catalogue'
  | 'clock'
  | 'compute'
  | 'databases'
  | 'log'
  | 'projects'
  | 'random'
  | 'routes'
  | 'secrets'
  | 'workflows'
>;

/** No request made it, and no address. */
const ACTOR = systemActor({ ip: '', request_id: 'repair-drift' });

/** What a project that runs must have, how it is seen to be gone, and how it comes back. */
const MUST_HAVE: readonly {
  readonly gone: string;
  readonly isGone: (stack: Stack, ports: DriftPorts) => Promise<boolean>;
  readonly repair: (project: Project, ports: DriftPorts) => Promise<Project | undefined>;
}[] = [
  {
    gone: 'Its keys and passwords are gone, and it gets new ones.',
    isGone: async ({ ref }, { secrets }) => (await secrets.read(ref)) === undefined,
    // A stack that has them, in place of the one that runs.
    repair: async ({ ref }, ports) => {
      const begun = await beginTransition(ref, 'restart', ACTOR, ports);
      return begun.ok ? begun.value : undefined;
    },
  },
  {
    gone: 'Its database does not run, and is started.',
    isGone: async (stack, { databases }) =>
      ['stopped', 'stopping', 'failed'].includes(await databases.state(stack)),
    repair: bringUp,
  },
  {
    gone: 'Its services do not run, and are started.',
    isGone: async (stack, { compute }) =>
      stack.template.services.some((name) => name !== 'db') && (await compute.health(stack)).length === 0,
    repair: bringUp,
  },
  {
    gone: 'Its tools do not run, and are started.',
    isGone: async (stack, { compute }) =>
      stack.tools && !(await compute.health(stack)).some(({ name }) => name === 'tools'),
    repair: bringUp,
  },
  {
    gone: 'Its address leads nowhere, and is opened.',
    isGone: async (stack, { routes }) => !(await routes.isPublished(stack)),
    repair: bringUp,
  },
];

/** Compares what each project that runs has with what it must have, and has brought back what is gone. */
export async function repairDrift(ports: DriftPorts): Promise<void> {
  for (const project of await ports.projects.inStatus('ACTIVE_HEALTHY')) {
    try {
      await repair(project, ports);
    } catch (error) {
      ports.log.error('could not repair a project', error, { project: project.ref });
    }
  }
}

async function repair(project: Project, ports: DriftPorts): Promise<void> {
  const template = findTemplate(ports.catalogue, project.template);
  if (template === undefined) return;
  const stack = stackOf(project, template, NO_SETTINGS);
  for (const part of MUST_HAVE) {
    if (!(await part.isGone(stack, ports))) continue;
    // It may be on its way somewhere else since, where just this is as it should be.
    const now = await ports.projects.find(project.ref);
    if (now?.value.status !== 'ACTIVE_HEALTHY' || now.value.execution !== project.execution) return;
    const repaired = await part.repair(project, ports);
    if (repaired === undefined) return;
    ports.log.info('repaired a project', { project: project.ref, gone: part.gone });
    const workflow = repaired.status === 'ACTIVE_HEALTHY' ? 'resume' : 'redeploy';
    const said = { workflow, title: 'Repair what is gone', message: part.gone } as const;
    const note = noteOf(repaired, said, ports.clock);
    if (note !== undefined) await ports.projects.recordEvent(project.ref, note);
    return;
  }
}

/** By the workflow that restores it. It keeps its status, which the outcome may change. */
async function bringUp({ ref }: Project, ports: DriftPorts): Promise<Project | undefined> {
  const read = await ports.projects.find(ref);
  if (read?.value.status !== 'ACTIVE_HEALTHY') return undefined;
  const now = ports.clock.now();
  const execution = newExecutionId(now, ports.random);
  const next = { ...read.value, ...startedStack(read.value), execution, updated_at: now.toISOString() };
  if (!(await ports.projects.update(read, next)).ok) return undefined;
  await ports.workflows.start('resume', { ref, execution });
  return next;
}
