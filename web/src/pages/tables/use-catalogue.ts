import { useMemo } from 'react';
import { useAnswer } from '../../api/hooks.ts';
import { type Row, isIn, textIn } from '../../api/rows.ts';
import { columnsSql } from './catalogue-sql.ts';

export interface Column {
  readonly name: string;
  readonly type: string;
  readonly nullable: boolean;
  /** The expression of its default; empty: none. */
  readonly fallback: string;
  /** Postgres gives it its value. */
  readonly made: boolean;
  readonly isKey: boolean;
}

export interface TableName {
  readonly ref: string;
  readonly schema: string;
  readonly table: string;
}

const columnOf = (row: Row): Column => ({
  name: textIn(row, 'name'),
  type: textIn(row, 'type'),
  nullable: isIn(row, 'nullable'),
  fallback: textIn(row, 'fallback'),
  made: isIn(row, 'made'),
  isKey: isIn(row, 'is_key'),
});

/** Reads of a project's database by the name of what is asked. */
export const useRows = (ref: string, query: string, parameters: readonly string[] = [], keep = false) =>
  useAnswer(
    'runReadOnlyQuery',
    { params: { ref }, body: { query, ...(parameters.length === 0 ? {} : { parameters: [...parameters] }) } },
    { keep },
  );

export function useColumns({ ref, schema, table }: TableName): readonly Column[] | undefined {
  const { data } = useRows(ref, columnsSql(schema, table));
  return useMemo(() => data?.map(columnOf), [data]);
}
