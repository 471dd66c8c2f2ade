import { type ReadOnlyPorts, dueOverrides, endOverride } from '../core/database/read-only.ts';
import type { ProjectPorts } from '../core/project/ports.ts';

export type ReadOnlyAgainPorts = ReadOnlyPorts & Pick<ProjectPorts, 'projects' | 'log'>;

/** Ends the overrides of read-only databases whose time is over. A project that does not run is left for later. */
export async function readOnlyAgain(ports: ReadOnlyAgainPorts): Promise<void> {
  for (const due of await dueOverrides(ports)) {
    const { ref } = due;
    try {
      const project = await ports.projects.find(ref);
      const ended = await endOverride(due, project?.value, ports);
      // In conflict with its status: it is paused, or on its way.
      if (!ended.ok && ended.error.code !== 'conflict') throw new Error(ended.error.message);
    } catch (error) {
      ports.log.error('could not make a database read-only again', error, { project: ref });
    }
  }
}
