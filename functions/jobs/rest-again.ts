import { newExecutionId } from '../core/kernel/ids.ts';
import type { ProjectPorts } from '../core/project/ports.ts';
import type { Project } from '../core/project/project.ts';
import { NO_SETTINGS } from '../core/project/settings/settings.ts';
import { stackOf } from '../core/project/stack.ts';
import { findTemplate } from '../core/project/template.ts';

export type RestPorts = Pick<
  ProjectPorts,
  'catalogue' | 'clock' | 'databases' | 'log' | 'projects' | 'random' | 'workflows'
>;

/**
 * Puts the databases of paused projects back to rest: AWS starts a cluster by itself that has been stopped for seven
 * days. A database on a shared cluster is started by nobody, and to ask for it would keep that cluster awake.
 */
export async function restAgain(ports: RestPorts): Promise<void> {
  const paused = await ports.projects.inStatus('INACTIVE');
  for (const project of paused.filter(({ tier }) => tier === 'dedicated')) {
    try {
      if (await isAwake(project, ports)) await pauseAgain(project, ports);
    } catch (error) {
      ports.log.error('could not put a database back to rest', error, { project: project.ref });
    }
  }
}

async function isAwake(project: Project, { catalogue, databases }: RestPorts): Promise<boolean> {
  const template = findTemplate(catalogue, project.template);
  return (
    template !== undefined && (await databases.state(stackOf(project, template, NO_SETTINGS))) === 'available'
  );
}

/** By the workflow, whose steps give way to whatever else is begun with the project. */
async function pauseAgain({ ref }: Project, ports: RestPorts): Promise<void> {
  const read = await ports.projects.find(ref);
  if (read?.value.status !== 'INACTIVE') return;
  const execution = newExecutionId(ports.clock.now(), ports.random);
  const written = await ports.projects.update(read, { ...read.value, execution });
  if (!written.ok) return;
  await ports.workflows.start('pause', { ref, execution });
  ports.log.info('put a database back to rest that AWS had started', { project: ref });
}
