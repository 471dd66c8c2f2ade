import type { CellId } from '../core/kernel/ids.ts';
import type { Sightings } from '../core/project/sightings.ts';
import { type OrphanPorts, removeOrphans } from './remove-orphans.ts';
import { type ReadOnlyAgainPorts, readOnlyAgain } from './read-only-again.ts';
import { type DriftPorts, repairDrift } from './repair-drift.ts';
import { type RestPorts, restAgain } from './rest-again.ts';

export type SweepPorts = OrphanPorts &
  RestPorts &
  ReadOnlyAgainPorts &
  DriftPorts & { readonly sightings: Pick<Sightings, 'age'> };

/** Far longer than a step may take, and the workflow that it belongs to. */
const ORPHAN_AFTER_MS = 60 * 60_000;

/** Compares what there is with what there should be, and removes, stops or brings back what is not so. */
export async function sweep(cells: readonly CellId[], ports: SweepPorts): Promise<void> {
  await readOnlyAgain(ports);
  await restAgain(ports);
  await repairDrift(ports);
  await removeOrphans(cells, ports, async (ref) => (await ports.sightings.age(ref)) >= ORPHAN_AFTER_MS);
}
