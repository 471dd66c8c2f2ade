import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundle } from '../infra/control-plane/bundles/bundle.ts';
import { FUNCTION_NAMES } from '../infra/control-plane/plan/entries.ts';
import { coldStart } from '../test/control-plane/cold-start.ts';
import { type Row, median } from './row.ts';

const STARTS = 7;
const EMPTY = 'export const handler = () => undefined;';

/** Size of each function's code, and the CPU time of its import in a new process, beside those of an empty handler. */
export async function measureBundles(): Promise<readonly Row[]> {
  const work = mkdtempSync(join(tmpdir(), 'bench-bundles-'));
  try {
    const empty = join(work, 'empty');
    mkdirSync(empty);
    writeFileSync(join(empty, 'index.mjs'), EMPTY);
    const rows: Row[] = [];
    for (const name of FUNCTION_NAMES) {
      const folder = join(work, name);
      const { bytes } = await bundle(name, folder);
      const [cost, floor] = await medians(folder, empty);
      const beside = 'an empty handler';
      rows.push(
        { name: `${name}: size`, value: bytes / 1000, unit: 'kB', floor: EMPTY.length / 1000, beside },
        { name: `${name}: CPU of a cold import`, value: cost, unit: 'ms', floor, beside },
      );
    }
    return rows;
  } finally {
    rmSync(work, { recursive: true });
  }
}

/** In turns, so that whatever else the machine does falls on both. */
async function medians(folder: string, empty: string): Promise<readonly [number, number]> {
  const own: number[] = [];
  const floor: number[] = [];
  for (let start = 0; start < STARTS; start += 1) {
    own.push((await coldStart(folder)).cpuMilliseconds);
    floor.push((await coldStart(empty)).cpuMilliseconds);
  }
  return [median(own), median(floor)];
}
