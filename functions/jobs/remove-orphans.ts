import type { CellId, ProjectRef } from '../core/kernel/ids.ts';
import type { ProjectPorts } from '../core/project/ports.ts';
import { NO_SETTINGS } from '../core/project/settings/settings.ts';
import type { Stack } from '../core/project/stack.ts';
import { findTemplate } from '../core/project/template.ts';

export type OrphanPorts = Pick<
  ProjectPorts,
  | 'catalogue'
  | 'compute'
  | 'databases'
  | 'hostnames'
  | 'inventory'
  | 'log'
  | 'objects'
  | 'projects'
  | 'routes'
  | 'secrets'
>;

/**
 * Deletes what exists of projects that have no record: a record is written before anything else of a project and
 * deleted after all of it, so such things can only be left over. `isDue`: whether a step that is still running could
 * no longer be about to see to it. What takes more than one call to delete goes on the next time.
 */
export async function removeOrphans(
  cells: readonly CellId[],
  ports: OrphanPorts,
  isDue: (ref: ProjectRef) => Promise<boolean>,
): Promise<readonly ProjectRef[]> {
  const removed: ProjectRef[] = [];
  for (const ref of await ports.inventory.refs()) {
    if ((await ports.projects.find(ref)) !== undefined || !(await isDue(ref))) continue;
    try {
      for (const cell of cells) await removeAll(unrecorded(ref, cell, ports), ports);
    } catch (error) {
      ports.log.error('could not remove what is left of a project without a record', error, { project: ref });
      continue;
    }
    ports.log.info('removed what was left of a project without a record', { project: ref });
    removed.push(ref);
  }
  return removed;
}

async function removeAll(stack: Stack, ports: OrphanPorts): Promise<void> {
  await ports.routes.retract(stack);
  await ports.hostnames.detachAll(stack);
  await ports.compute.stop(stack);
  await ports.compute.delete(stack);
  await ports.databases.delete(stack);
  await ports.objects.delete(stack);
  await ports.secrets.delete(stack.ref);
}

/** A stack with the project's name, which is all that deleting goes by. */
function unrecorded(ref: ProjectRef, cell: CellId, { catalogue }: Pick<OrphanPorts, 'catalogue'>): Stack {
  const template = findTemplate(catalogue, catalogue.standard);
  if (template === undefined) throw new Error('the catalogue lacks its own standard template');
  return {
    ref,
    organization: '',
    cell,
    template,
    features: [],
    tier: 'pooled',
    size: 'nano',
    generation: 1,
    tools: false,
    settings: NO_SETTINGS,
    refusals: [],
  };
}
