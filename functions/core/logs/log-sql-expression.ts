import type { LogRow } from './log-row.ts';
import { LogSqlError } from './log-sql-tokens.ts';

export type Value = string | number | boolean | null | Readonly<Record<string, string>>;

/** What an expression is about: a row, and what the query calls by a name of its own. */
interface Scope {
  readonly row: LogRow;
  readonly aliases: ReadonlyMap<string, Expression>;
}

export type Expression = (scope: Scope) => Value;

const COLUMNS: Readonly<Record<keyof LogRow, (row: LogRow) => Value>> = {
  id: (row) => row.id,
  timestamp: (row) => row.timestamp,
  source: (row) => row.source,
  severity_text: (row) => row.severity_text,
  event_message: (row) => row.event_message,
  log_attributes: (row) => row.log_attributes,
};

const isColumn = (name: string): name is keyof LogRow => Object.hasOwn(COLUMNS, name);

export const ALL_COLUMNS = Object.keys(COLUMNS).filter(isColumn);

export function nameExpression(name: string): Expression {
  return (scope) => {
    const alias = scope.aliases.get(name);
    if (isColumn(name)) return COLUMNS[name](scope.row);
    // A name that is explained by itself is none.
    if (alias !== undefined) return alias({ ...scope, aliases: without(name, scope.aliases) });
    throw new LogSqlError(`"${name}" is no column of logs; there are ${ALL_COLUMNS.join(', ')}`);
  };
}

const without = (name: string, aliases: Scope['aliases']) =>
  new Map([...aliases].filter(([each]) => each !== name));

const text = (value: Value) => (typeof value === 'string' ? value : JSON.stringify(value));

const numberOrZero = (given: string) => (/^[+-]?\d+$/.test(given) ? Number(given) : 0);

export const isTrue = (value: Value): boolean => value === true || (typeof value === 'number' && value !== 0);

type Called = (args: readonly Expression[], scope: Scope) => Value;

/** ClickHouse's functions, as far as they are asked of logs. Arguments are evaluated only where they count. */
const FUNCTIONS: Readonly<Record<string, Called>> = {
  multiIf(args, scope) {
    for (let index = 0; index + 1 < args.length; index += 2) {
      if (isTrue(at(args, index)(scope))) return at(args, index + 1)(scope);
    }
    return at(args, args.length - 1)(scope);
  },
  if: (args, scope) => at(args, isTrue(at(args, 0)(scope)) ? 1 : 2)(scope),
  upper: (args, scope) => text(at(args, 0)(scope)).toUpperCase(),
  lower: (args, scope) => text(at(args, 0)(scope)).toLowerCase(),
  length: (args, scope) => text(at(args, 0)(scope)).length,
  toInt32OrZero: (args, scope) => numberOrZero(text(at(args, 0)(scope))),
  toUnixTimestamp64Milli: (args, scope) => Date.parse(text(at(args, 0)(scope))),
  position: (args, scope) => text(at(args, 0)(scope)).indexOf(text(at(args, 1)(scope))) + 1,
  positionCaseInsensitiveUTF8: (args, scope) =>
    text(at(args, 0)(scope))
      .toLowerCase()
      .indexOf(text(at(args, 1)(scope)).toLowerCase()) + 1,
};

export function callExpression(name: string, args: readonly Expression[]): Expression {
  const called = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
  if (called === undefined) {
    const known = Object.keys(FUNCTIONS).join(', ');
    throw new LogSqlError(`the function "${name}" is not known here; known are ${known}`);
  }
  return (scope) => called(args, scope);
}

function at(args: readonly Expression[], index: number): Expression {
  const found = args[index];
  if (found === undefined) throw new LogSqlError('a function has too few arguments');
  return found;
}

/** Below 0, 0 or above, as for sorting; texts by their characters, anything with nothing last. */
export function compare(a: Value, b: Value): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  const [left, right] = [text(a), text(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}

export const COMPARISONS: Readonly<Record<string, (a: Value, b: Value) => boolean>> = {
  '=': (a, b) => compare(a, b) === 0,
  '!=': (a, b) => compare(a, b) !== 0,
  '<>': (a, b) => compare(a, b) !== 0,
  '<': (a, b) => compare(a, b) < 0,
  '<=': (a, b) => compare(a, b) <= 0,
  '>': (a, b) => compare(a, b) > 0,
  '>=': (a, b) => compare(a, b) >= 0,
};

/** SQL's pattern: `%` for any text, `_` for one character. */
export function like(value: Value, pattern: Value, flags: '' | 'i'): boolean {
  const source = text(pattern)
    .replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
    .replaceAll('%', '.*')
    .replaceAll('_', '.');
  return new RegExp(`^${source}$`, `s${flags}`).test(text(value));
}
