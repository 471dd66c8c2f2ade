import { REGION_CODES, type RegionCode } from '../contract/regions.ts';
import { cellIdSchema } from '../core/kernel/ids.ts';
import type { Cell, Cells } from '../core/project/cells.port.ts';

export const LOCAL_CELL = cellIdSchema.parse('local');

/**
 * 127.0.0.1, as POSIX lets it be written. The official CLI takes the host of a pooler only where a registrable domain
 * is found in it, which is not so of `localhost` and of an address in four parts.
 */
const LOOPBACK = '127.1';

/** One machine is one cell; it stands in for whichever region is asked for. */
export function localCells(origin: Cell['origin'], postgresPort?: number): Cells {
  const door = postgresPort === undefined ? {} : { postgres: { host: LOOPBACK, port: postgresPort } };
  const cell: Cell = { id: LOCAL_CELL, target: 'local', origin, ...door };
  const standard: RegionCode = 'us-east-1';
  return {
    get: (id) => (id === LOCAL_CELL ? cell : undefined),
    place: (region) => ({ cell, region: region ?? standard }),
    regions: () => REGION_CODES,
  };
}
