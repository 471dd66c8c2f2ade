import { tableContract } from '../../../test/contracts/table.contract.ts';
import { openSqliteTable } from './table.ts';

tableContract(
  'SQLite',
  async (clock) => {
    const table = openSqliteTable({ path: ':memory:', clock });
    return { table, close: async () => table.close() };
  },
  { modelRuns: 200 },
);
