import { type Filter, isOperator } from './row-sql.ts';

export interface TableSearch {
  readonly schema?: string;
  readonly table?: string;
  readonly page?: number;
  readonly sort?: string;
  readonly down?: boolean;
  readonly filter?: Filter | undefined;
}

const text = (name: string, value: unknown) =>
  typeof value === 'string' && value !== '' ? { [name]: value } : {};

function filterIn(value: unknown): { readonly filter?: Filter } {
  if (typeof value !== 'object' || value === null) return {};
  const given: { readonly column?: unknown; readonly operator?: unknown; readonly value?: unknown } = value;
  const { column, operator } = given;
  if (typeof column !== 'string' || !isOperator(operator)) return {};
  return { filter: { column, operator, value: typeof given.value === 'string' ? given.value : '' } };
}

/** What the address of the table editor says: which table, and what is shown of it. */
export const tableSearch = (search: Record<string, unknown>): TableSearch => ({
  ...text('schema', search['schema']),
  ...text('table', search['table']),
  ...text('sort', search['sort']),
  ...(typeof search['page'] === 'number' && search['page'] > 0 ? { page: Math.trunc(search['page']) } : {}),
  ...(search['down'] === true ? { down: true } : {}),
  ...filterIn(search['filter']),
});
