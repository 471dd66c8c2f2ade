import type { Filter, Operator } from './filter.ts';
import type { TableColumn } from './table.ts';

const COMPARISONS: Readonly<Partial<Record<Operator, string>>> = {
  eq: '=',
  neq: '<>',
  lt: '<',
  lte: '<=',
  gt: '>',
  gte: '>=',
  like: 'like',
  ilike: 'ilike',
  match: '~',
  imatch: '~*',
};

/** The words that may stand after IS. */
export const TRUTHS = ['null', 'true', 'false', 'unknown'];

/** A filter as an SQL condition on a text that holds a value of the column, and one that holds the filter's. */
export function conditionOf(
  { operator, value, isNegated }: Filter,
  column: TableColumn,
  text: string,
  given: string,
): string {
  const left = `${text}::${column.sqlType}`;
  if (operator === 'is') return `${left} is ${isNegated ? 'not ' : ''}${value}`;
  const right = `${given}::${column.sqlType}`;
  if (operator === 'isdistinct') return `${left} is ${isNegated ? 'not ' : ''}distinct from ${right}`;
  const holds =
    operator === 'in'
      ? `${left} = any(${given}::${column.sqlArray})`
      : `${left} ${COMPARISONS[operator]} ${right}`;
  return isNegated ? `not (${holds})` : holds;
}

/** A filter that is decided by the texts of values alone; undefined: Postgres has to compare. */
export function exactCondition(
  { operator, value, isNegated }: Filter,
  column: TableColumn,
  values: readonly (string | null)[],
): ((text: string | null) => boolean) | undefined {
  if (operator === 'is' && value === 'null') return (text) => (text === null) !== isNegated;
  if (!column.isExact || !(operator === 'eq' || operator === 'neq' || operator === 'in')) return undefined;
  const wanted = new Set(values);
  // What is compared with null is neither equal nor different.
  const hasNull = wanted.has(null);
  const isWanted = (operator === 'neq') === isNegated;
  return (text) => text !== null && wanted.has(text) === isWanted && (isWanted || !hasNull);
}
