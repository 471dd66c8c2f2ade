import { REGION_CODES, type RegionCode } from '../contract/regions.ts';
import { cellIdSchema } from '../core/kernel/ids.ts';
import type { Cell, Cells } from '../core/project/cells.port.ts';

export const LOCAL_CELL = cellIdSchema.parse('local');

/** One machine is one cell; it stands in for whichever region is asked for. */
export function localCells(origin: Cell['origin']): Cells {
  const cell: Cell = { id: LOCAL_CELL, target: 'local', origin };
  const standard: RegionCode = 'us-east-1';
  return {
    get: (id) => (id === LOCAL_CELL ? cell : undefined),
    place: (region) => ({ cell, region: region ?? standard }),
    regions: () => REGION_CODES,
  };
}
