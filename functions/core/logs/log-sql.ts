import type { LogRow } from './log-row.ts';
import {
  ALL_COLUMNS,
  COMPARISONS,
  type Expression,
  type Value,
  callExpression,
  compare,
  isTrue,
  like,
  nameExpression,
} from './log-sql-expression.ts';
import { LogSqlError, type Token, tokensOf } from './log-sql-tokens.ts';

/** Longer than any query that Supabase's clients send, and so deep that no stack ends. */
const MAX_LENGTH = 20_000;
const MAX_DEPTH = 50;
const MAX_ROWS = 1000;

interface Query {
  readonly items: readonly { readonly name: string; readonly of: Expression; readonly named: boolean }[];
  readonly where: Expression | undefined;
  readonly order: readonly { readonly by: Expression; readonly descending: boolean }[];
  readonly limit: number;
}

/**
 * Answers `select … from logs [where …] [order by …] [limit …]` over rows in memory: the part of ClickHouse's SQL
 * that Supabase's clients ask logs in.
 * @throws {LogSqlError} it is something else
 */
export function queryLogs(sql: string, rows: readonly LogRow[]): Record<string, Value>[] {
  if (sql.length > MAX_LENGTH) throw new LogSqlError(`is longer than ${MAX_LENGTH} characters`);
  const { items, where, order, limit } = new Parser(tokensOf(sql)).query();
  const aliases = new Map(items.filter(({ named }) => named).map(({ name, of }) => [name, of]));
  const kept = rows.filter((row) => where === undefined || isTrue(where({ row, aliases })));
  const sorted = kept.toSorted((a, b) => {
    for (const { by, descending } of order) {
      const sign = compare(by({ row: a, aliases }), by({ row: b, aliases }));
      if (sign !== 0) return descending ? -sign : sign;
    }
    return 0;
  });
  return sorted
    .slice(0, limit)
    .map((row) => Object.fromEntries(items.map(({ name, of }) => [name, of({ row, aliases })])));
}

class Parser {
  readonly #tokens: readonly Token[];
  #next = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  query(): Query {
    this.#expect('select');
    const items = this.#items();
    this.#expect('from');
    this.#expect('logs');
    const where = this.#takes('where') ? this.#either() : undefined;
    const order = this.#takes('order') ? this.#order() : [];
    const limit = this.#takes('limit') ? this.#limit() : MAX_ROWS;
    const rest = this.#peek();
    if (rest !== undefined)
      throw new LogSqlError(`"${rest.value}" is not expected at character ${rest.at + 1}`);
    return { items, where, order, limit };
  }

  #items(): Query['items'] {
    if (this.#takes('*'))
      return ALL_COLUMNS.map((name) => ({ name, of: nameExpression(name), named: false }));
    const items = [];
    do {
      const first = this.#peek()?.value ?? '';
      const of = this.#either();
      const named = this.#takes('as');
      items.push({ name: named ? this.#word() : first, of, named });
    } while (this.#takes(','));
    return items;
  }

  #order(): Query['order'] {
    this.#expect('by');
    const order = [];
    do {
      const by = this.#either();
      const descending = this.#takes('desc');
      if (!descending) this.#takes('asc');
      order.push({ by, descending });
    } while (this.#takes(','));
    return order;
  }

  #limit(): number {
    const token = this.#take();
    if (token.kind !== 'number') throw new LogSqlError('limit is followed by a number');
    return Math.min(Number(token.value), MAX_ROWS);
  }

  #either(): Expression {
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) throw new LogSqlError('is nested too deeply');
    const parts = [this.#both()];
    while (this.#takes('or')) parts.push(this.#both());
    this.#depth -= 1;
    return parts.length === 1 ? only(parts) : (scope) => parts.some((part) => isTrue(part(scope)));
  }

  #both(): Expression {
    const parts = [this.#negated()];
    while (this.#takes('and')) parts.push(this.#negated());
    return parts.length === 1 ? only(parts) : (scope) => parts.every((part) => isTrue(part(scope)));
  }

  #negated(): Expression {
    if (!this.#takes('not')) return this.#comparison();
    const negated = this.#negated();
    return (scope) => !isTrue(negated(scope));
  }

  #comparison(): Expression {
    const left = this.#operand();
    const sign = this.#peek();
    const compared = sign?.kind === 'sign' ? COMPARISONS[sign.value] : undefined;
    if (compared !== undefined) {
      this.#take();
      const right = this.#operand();
      return (scope) => compared(left(scope), right(scope));
    }
    const negated = this.#takes('not');
    for (const [word, flags] of [['like', ''] as const, ['ilike', 'i'] as const]) {
      if (!this.#takes(word)) continue;
      const pattern = this.#operand();
      return (scope) => like(left(scope), pattern(scope), flags) !== negated;
    }
    if (this.#takes('in')) {
      const list = this.#list();
      return (scope) => list.some((each) => compare(left(scope), each(scope)) === 0) !== negated;
    }
    if (negated) throw new LogSqlError('"not" is followed by in, like or ilike');
    return left;
  }

  #operand(): Expression {
    if (this.#takes('(')) {
      const inner = this.#either();
      this.#expect(')');
      return inner;
    }
    const token = this.#take();
    if (token.kind === 'text') return () => token.value;
    if (token.kind === 'number') return () => Number(token.value);
    if (token.kind !== 'word') {
      throw new LogSqlError(`"${token.value}" is not expected at character ${token.at + 1}`);
    }
    if (this.#peek()?.value === '(') return callExpression(token.value, this.#list());
    const named = nameExpression(token.value);
    if (!this.#takes('[')) return named;
    const key = this.#either();
    this.#expect(']');
    return (scope) => entryOf(named(scope), key(scope));
  }

  #list(): readonly Expression[] {
    this.#expect('(');
    const list: Expression[] = [];
    if (this.#takes(')')) return list;
    do list.push(this.#either());
    while (this.#takes(','));
    this.#expect(')');
    return list;
  }

  #word(): string {
    const token = this.#take();
    if (token.kind !== 'word') throw new LogSqlError(`a name is expected at character ${token.at + 1}`);
    return token.value;
  }

  #expect(value: string): void {
    if (this.#takes(value)) return;
    const found = this.#peek();
    const place = found === undefined ? 'at the end' : `at character ${found.at + 1}, not "${found.value}"`;
    throw new LogSqlError(`"${value}" is expected ${place}`);
  }

  #takes(value: string): boolean {
    const token = this.#peek();
    if (token === undefined || token.kind === 'text' || token.value.toLowerCase() !== value) return false;
    this.#next += 1;
    return true;
  }

  #take(): Token {
    const token = this.#peek();
    if (token === undefined) throw new LogSqlError('ends too early');
    this.#next += 1;
    return token;
  }

  #peek(): Token | undefined {
    return this.#tokens[this.#next];
  }
}

function only(parts: readonly Expression[]): Expression {
  const [first] = parts;
  if (first === undefined) throw new LogSqlError('an expression is empty');
  return first;
}

function entryOf(of: Value, key: Value): Value {
  if (typeof of !== 'object' || of === null) throw new LogSqlError('only log_attributes has entries');
  if (typeof key !== 'string') throw new LogSqlError('the entries of log_attributes are called by texts');
  return Object.hasOwn(of, key) ? (of[key] ?? '') : '';
}
