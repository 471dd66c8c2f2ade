import { quoteName } from '../sql/sql-text.ts';
import type { Column, TableName } from './use-catalogue.ts';

export const PAGE_ROWS = 50;
/** Beyond this, rows are not counted: it would take as long as reading them. */
export const COUNTED = 10_000;

export const OPERATORS = {
  eq: { label: 'is', sql: (column: string) => `${column} = $1` },
  ne: { label: 'is not', sql: (column: string) => `${column} <> $1` },
  gt: { label: 'above', sql: (column: string) => `${column} > $1` },
  lt: { label: 'below', sql: (column: string) => `${column} < $1` },
  has: { label: 'contains', sql: (column: string) => `strpos(lower(${column}::text), lower($1)) > 0` },
  null: { label: 'is null', sql: (column: string) => `${column} is null` },
  set: { label: 'is not null', sql: (column: string) => `${column} is not null` },
} as const;

export type Operator = keyof typeof OPERATORS;

export const isOperator = (name: unknown): name is Operator => typeof name === 'string' && name in OPERATORS;

export interface Filter {
  readonly column: string;
  readonly operator: Operator;
  readonly value: string;
}

export interface View {
  readonly filter: Filter | undefined;
  readonly sort: string | undefined;
  readonly down: boolean;
  readonly page: number;
}

export interface Statement {
  readonly query: string;
  readonly parameters: readonly (string | null)[];
}

const place = ({ schema, table }: TableName) => `${quoteName(schema)}.${quoteName(table)}`;

const takesValue = ({ operator }: Filter) => operator !== 'null' && operator !== 'set';

const condition = (filter: Filter | undefined) =>
  filter === undefined ? '' : ` where ${OPERATORS[filter.operator].sql(quoteName(filter.column))}`;

export const parametersOf = (filter: Filter | undefined): readonly string[] =>
  filter !== undefined && takesValue(filter) ? [filter.value] : [];

/** Every value as Postgres writes it, so that it is read back as the same one. */
export function selectSql(name: TableName, columns: readonly Column[], view: View): string {
  const listed = columns.map((column) => `rows.${quoteName(column.name)}::text`).join(', ');
  // By the column itself: its bare name would mean what is listed, which is text.
  const at = (column: string) => `rows.${quoteName(column)}`;
  const keys = columns.filter(({ isKey }) => isKey).map((key) => at(key.name));
  const order = [
    ...(view.sort === undefined ? [] : [`${at(view.sort)}${view.down ? ' desc' : ''}`]),
    ...keys,
  ].join(', ');
  return `select ${listed} from ${place(name)} rows${condition(view.filter)}${
    order === '' ? '' : ` order by ${order}`
  } limit ${PAGE_ROWS} offset ${view.page * PAGE_ROWS}`;
}

export const countSql = (name: TableName, filter: Filter | undefined) =>
  `select count(*)::int as count from (select 1 from ${place(name)}${condition(filter)} limit ${COUNTED + 1}) rows`;

type Values = Readonly<Record<string, string | null>>;

const which = (key: Values, from: number) =>
  Object.keys(key)
    .map((name, index) => `${quoteName(name)} = $${from + index}`)
    .join(' and ');

export function updateSql(name: TableName, values: Values, key: Values): Statement {
  const names = Object.keys(values);
  const set = names.map((column, index) => `${quoteName(column)} = $${index + 1}`).join(', ');
  return {
    query: `update ${place(name)} set ${set} where ${which(key, names.length + 1)}`,
    parameters: [...Object.values(values), ...Object.values(key)],
  };
}

export function insertSql(name: TableName, values: Values): Statement {
  const names = Object.keys(values);
  if (names.length === 0) return { query: `insert into ${place(name)} default values`, parameters: [] };
  return {
    query: `insert into ${place(name)} (${names.map(quoteName).join(', ')}) values (${names
      .map((_, index) => `$${index + 1}`)
      .join(', ')})`,
    parameters: Object.values(values),
  };
}

export const deleteSql = (name: TableName, key: Values): Statement => ({
  query: `delete from ${place(name)} where ${which(key, 1)}`,
  parameters: Object.values(key),
});
