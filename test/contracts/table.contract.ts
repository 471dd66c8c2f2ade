import { describe } from 'vitest';
import type { Clock } from '../../functions/core/kernel/clock.port.ts';
import type { Table } from '../../functions/core/kernel/table.port.ts';
import { tableConcurrency } from './table-concurrency.contract.ts';
import { tableExpiry } from './table-expiry.contract.ts';
import { tableLimits } from './table-limits.contract.ts';
import { tableAgainstModel } from './table-model.contract.ts';
import { tableQueries } from './table-queries.contract.ts';
import { tableWrites } from './table-writes.contract.ts';

export interface TableUnderTest {
  readonly table: Table;
  close(): Promise<void>;
}

/** Makes an empty table that takes the time from `clock`. */
export type MakeTable = (clock: Clock) => Promise<TableUnderTest>;

/** What every driver of the Table port has to hold. */
export function tableContract(
  name: string,
  makeTable: MakeTable,
  options: { readonly modelRuns: number },
): void {
  describe(`${name} as a Table`, () => {
    tableWrites(makeTable);
    tableQueries(makeTable);
    tableExpiry(makeTable);
    tableLimits(makeTable);
    tableConcurrency(makeTable);
    tableAgainstModel(makeTable, options.modelRuns);
  });
}
