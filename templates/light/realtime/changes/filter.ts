/** What PostgREST calls them; each may stand after `not.`. */
const OPERATORS = [
  'eq',
  'neq',
  'lt',
  'lte',
  'gt',
  'gte',
  'in',
  'like',
  'ilike',
  'is',
  'match',
  'imatch',
  'isdistinct',
] as const;
export type Operator = (typeof OPERATORS)[number];

/** One condition of `column=operator.value`; the values of `in` are an array's text. */
export interface Filter {
  readonly column: string;
  readonly operator: Operator;
  readonly value: string;
  readonly isNegated: boolean;
  /** The same for the same. */
  readonly key: string;
}

export type ParsedFilters =
  | { readonly ok: true; readonly filters: readonly Filter[] }
  | { readonly ok: false; readonly problem: string };

/** Conditions that must all hold, divided by commas outside parentheses and quotes. Problems are in Realtime's words. */
export function parseFilters(text: string): ParsedFilters {
  if (text.trim() === '') return { ok: true, filters: [] };
  const filters: Filter[] = [];
  for (const part of conditionsOf(text.trim())) {
    const parsed = parseCondition(part.trim());
    if (typeof parsed === 'string')
      return { ok: false, problem: `Error parsing \`filter\` params: ${parsed}` };
    filters.push(parsed);
  }
  return { ok: true, filters };
}

function conditionsOf(text: string): string[] {
  const parts: string[] = [];
  let from = 0;
  let depth = 0;
  let isQuoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at] ?? '';
    if (isQuoted) {
      if (letter === '\\') at += 1;
      else if (letter === '"') isQuoted = false;
    } else if (letter === '"' && '.(,'.includes(text[at - 1] ?? ' ')) isQuoted = true;
    else if (letter === '(') depth += 1;
    else if (letter === ')') depth = Math.max(0, depth - 1);
    else if (letter === ',' && depth === 0) {
      parts.push(text.slice(from, at));
      from = at + 1;
    }
  }
  return [...parts, text.slice(from)];
}

function parseCondition(part: string): Filter | string {
  if (part === '') return 'filter must not contain empty segments (check for extra commas)';
  const [column, rest] = cut(part, '=');
  if (rest === undefined) return listed(column);
  const isNegated = rest.startsWith('not.');
  const [name, value] = cut(isNegated ? rest.slice('not.'.length) : rest, '.');
  if (value === undefined) return listed(name);
  const operator = OPERATORS.find((each) => each === name);
  if (operator === undefined) return listed(name, value);
  const shared = { column, operator, isNegated, key: part };
  if (operator !== 'in') return { ...shared, value: unquoted(value) };
  if (!/^\(.*\)$/s.test(value)) return '`in` filter value must be wrapped by parentheses';
  return { ...shared, value: `{${value.slice(1, -1)}}` };
}

function cut(text: string, at: string): [string, string | undefined] {
  const place = text.indexOf(at);
  return place < 0 ? [text, undefined] : [text.slice(0, place), text.slice(place + 1)];
}

/** A list as Realtime's language prints it. */
function listed(...parts: readonly string[]): string {
  return `[${parts.map((part) => JSON.stringify(part)).join(', ')}]`;
}

function unquoted(value: string): string {
  const [, inner] = /^"((?:[^"\\]|\\.)*)"$/s.exec(value) ?? [];
  return inner === undefined ? value : inner.replaceAll(/\\(.)/gs, '$1');
}
