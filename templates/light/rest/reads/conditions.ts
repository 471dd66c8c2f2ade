import type { ColumnTypes } from './columns.ts';

const COMPARISON = /^(not\.)?(eq|neq|gt|gte|lt|lte|like|ilike)\.([^"][^]*)$/;
const STATE = /^(not\.)?is\.(null|true|false)$/;
/** A list whose items need no unquoting. */
const LIST = /^(not\.)?in\.\(([^"\\(){}]+)\)$/;

const OPERATORS: Readonly<Record<string, string>> = {
  eq: '=',
  neq: '<>',
  gt: '>',
  gte: '>=',
  lt: '<',
  lte: '<=',
  like: 'like',
  ilike: 'ilike',
};

/** Adds a value to the statement's, and says how the statement names it. */
export type Bind = (value: string) => string;

/** SQL of one filter of a column, unless it is of a kind that is left to lite. */
export function conditionOf(
  column: string,
  filter: string,
  columns: ColumnTypes,
  bind: Bind,
): string | undefined {
  const type = columns.get(column);
  if (type === undefined) return undefined;
  const named = quoted(column);
  const [, notCompared, operator = '', operand] = COMPARISON.exec(filter) ?? [];
  if (operand !== undefined) {
    const isPattern = operator.endsWith('like');
    const value = bind(isPattern ? operand.replaceAll('*', '%') : operand);
    return unless(notCompared, `${named} ${OPERATORS[operator]} ${value}`);
  }
  const [, notInState, state] = STATE.exec(filter) ?? [];
  if (state !== undefined) return unless(notInState, `${named} is ${state}`);
  const [, notListed, items] = LIST.exec(filter) ?? [];
  // Lists of arrays and of boxes are written in ways of their own.
  if (items === undefined || type.startsWith('_') || type === 'box') return undefined;
  const list = items.split(',').map((item) => `"${item}"`);
  return unless(notListed, `${named} = any(${bind(`{${list.join(',')}}`)})`);
}

function unless(not: string | undefined, condition: string): string {
  return not === undefined ? condition : `not (${condition})`;
}

export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
