import type { SQLNamespace } from '@codemirror/lang-sql';
import { useMemo } from 'react';
import { useAnswer } from '../../api/hooks.ts';
import { listIn, textIn } from '../../api/rows.ts';
import { COLUMNS_SQL } from './sql-text.ts';

/** The tables and columns of the project, by schema. */
export function useSchema(ref: string): SQLNamespace {
  const columns = useAnswer('runReadOnlyQuery', { params: { ref }, body: { query: COLUMNS_SQL } });
  return useMemo(() => {
    const schemas: Record<string, Record<string, readonly string[]>> = {};
    for (const row of columns.data ?? []) {
      const tables = (schemas[textIn(row, 'schema')] ??= {});
      tables[textIn(row, 'table')] = listIn(row, 'columns');
    }
    return schemas;
  }, [columns.data]);
}
