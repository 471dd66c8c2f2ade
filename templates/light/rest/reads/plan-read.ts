import type { ColumnTypes } from './columns.ts';
import { type Bind, conditionOf, quoted } from './conditions.ts';

/** A statement that answers with one row: the body, and how many rows it holds. */
export interface ReadPlan {
  readonly text: string;
  readonly values: readonly string[];
  readonly offset: number;
}

export interface AskedRead {
  readonly schema: string;
  readonly relation: string;
  readonly columns: ColumnTypes;
  readonly query: URLSearchParams;
  /** One row as an object instead of a list of all. */
  readonly single: boolean;
  readonly maxRows: number;
}

const SELECTED = /^(?:([A-Za-z_][A-Za-z0-9_]*):)?([A-Za-z_][A-Za-z0-9_]*)$/;
const ORDERED = /^([A-Za-z_][A-Za-z0-9_]*)(\.asc|\.desc)?(\.nullsfirst|\.nullslast)?$/;
const AMOUNT = /^\d{1,9}$/;
const NULLS: Readonly<Record<string, string>> = {
  '.nullsfirst': ' nulls first',
  '.nullslast': ' nulls last',
};

/** Names with a meaning of their own; those that are not read here are left to lite. */
const RESERVED = new Set(['select', 'order', 'limit', 'offset', 'and', 'or', 'columns', 'on_conflict']);

/**
 * The statement of a read that asks for columns of one relation, filtered, ordered and cut: what clients ask for most
 * often. For anything else, and anything wrong, there is no plan.
 */
export function planRead(asked: AskedRead): ReadPlan | undefined {
  const { schema, relation, columns, query, single, maxRows } = asked;
  const values: string[] = [];
  const bind: Bind = (value) => `$${values.push(value)}`;
  const once = (name: string) => (query.getAll(name).length > 1 ? undefined : (query.get(name) ?? ''));

  const selected = selectionOf(once('select'), columns);
  const conditions: (string | undefined)[] = [];
  for (const [name, filter] of query)
    if (!RESERVED.has(name)) conditions.push(conditionOf(name, filter, columns, bind));
    else if (name === 'and' || name === 'or' || name === 'columns' || name === 'on_conflict')
      return undefined;
  const order = orderOf(once('order'), relation, columns);
  const [limit, offset] = [amountOf(once('limit'), maxRows), amountOf(once('offset'), 0)];
  if (selected === undefined || order === undefined || limit === undefined || offset === undefined)
    return undefined;
  if (!conditions.every((condition) => condition !== undefined)) return undefined;

  const where = conditions.length === 0 ? '' : ` where ${conditions.join(' and ')}`;
  const cut = ` limit ${bind(String(Math.min(limit, maxRows)))}${offset === 0 ? '' : ` offset ${bind(String(offset))}`}`;
  const body = single ? '(json_agg(_found) -> 0)::text' : `coalesce(json_agg(_found), '[]')::text`;
  const rows = `select ${selected} from ${quoted(schema)}.${quoted(relation)}${where}${order}${cut}`;
  return { text: `select ${body}, count(*) from (${rows}) as _found`, values, offset };
}

function selectionOf(select: string | undefined, columns: ColumnTypes): string | undefined {
  if (select === '' || select === '*') return '*';
  const names = new Set<string>();
  const items = (select ?? '?').split(',').map((item) => {
    const [, alias, column = ''] = SELECTED.exec(item) ?? [];
    const name = alias ?? column;
    if (!columns.has(column) || names.has(name)) return undefined;
    names.add(name);
    return name === column ? quoted(column) : `${quoted(column)} as ${quoted(name)}`;
  });
  return items.every((item) => item !== undefined) ? items.join(', ') : undefined;
}

function orderOf(order: string | undefined, relation: string, columns: ColumnTypes): string | undefined {
  if (order === '') return '';
  const items = (order ?? '?').split(',').map((item) => {
    const [, column = '', direction = '', nulls = ''] = ORDERED.exec(item) ?? [];
    if (!columns.has(column)) return undefined;
    // Without the table's name, the name of something selected would come first.
    return `${quoted(relation)}.${quoted(column)}${direction.replace('.', ' ')}${NULLS[nulls] ?? ''}`;
  });
  return items.every((item) => item !== undefined) ? ` order by ${items.join(', ')}` : undefined;
}

function amountOf(amount: string | undefined, otherwise: number): number | undefined {
  if (amount === '') return otherwise;
  return AMOUNT.test(amount ?? '') ? Number(amount) : undefined;
}
