import { type CellId, type ProjectRef } from '../core/kernel/ids.ts';
import type { ProjectPorts } from '../core/project/ports.ts';
import { NO_SETTINGS } from '../core/project/settings/settings.ts';
import type { Stack } from '../core/project/stack.ts';
import { findTemplate } from '../core/project/template.ts';

/**
 * Deletes what exists of projects that have no record: a record is written before anything else of a project and
 * deleted after all of it, so such things can only be left over.
 */
export async function removeOrphans(cell: CellId, ports: ProjectPorts): Promise<readonly ProjectRef[]> {
  const removed: ProjectRef[] = [];
  for (const ref of await ports.inventory.refs()) {
    if ((await ports.projects.find(ref)) !== undefined) continue;
    await removeAll(unrecorded(ref, cell, ports), ports);
    ports.log.info('removed what was left of a project without a record', { ref });
    removed.push(ref);
  }
  return removed;
}

async function removeAll(stack: Stack, ports: ProjectPorts): Promise<void> {
  await ports.routes.retract(stack);
  await ports.compute.stop(stack);
  await ports.compute.delete(stack);
  await ports.databases.delete(stack);
  await ports.objects.delete(stack);
  await ports.secrets.delete(stack.ref);
}

/** A stack with the project's name, which is all that deleting goes by. */
function unrecorded(ref: ProjectRef, cell: CellId, { catalogue }: ProjectPorts): Stack {
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
    settings: NO_SETTINGS,
  };
}
