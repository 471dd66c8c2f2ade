/**
 * Splits a script into its statements, for servers that take one at a time (the RDS Data API). Knows all of
 * PostgreSQL's quoting (with standard_conforming_strings on), nested comments, parentheses and SQL-standard function
 * bodies (BEGIN ATOMIC … END). Knows nothing of psql's backslash commands or COPY … FROM STDIN.
 */
export function statementsOf(sql: string): string[] {
  const statements: string[] = [];
  let start = 0;
  let empty = true;
  let parentheses = 0;
  let body = new FunctionBody();

  const finish = (end: number) => {
    if (!empty) statements.push(sql.slice(start, end).trim());
    empty = true;
    parentheses = 0;
    body = new FunctionBody();
  };

  for (let at = 0; at < sql.length;) {
    const { kind, end } = tokenAt(sql, at);
    const text = sql.slice(at, end);
    if (text === ';' && parentheses === 0 && !body.open) {
      finish(at);
      start = end;
    } else if (kind !== 'blank') {
      empty = false;
      if (text === '(') parentheses += 1;
      if (text === ')') parentheses = Math.max(0, parentheses - 1);
      if (kind === 'word' && parentheses === 0) body.read(text.toLowerCase());
    }
    at = end;
  }
  finish(sql.length);
  return statements;
}

/** Whether the reader is inside BEGIN ATOMIC … END of a function, where semicolons end inner statements only. */
class FunctionBody {
  private words = 0;
  private readonly opening: string[] = [];
  private depth = 0;

  get open(): boolean {
    return this.depth > 0;
  }

  read(word: string): void {
    this.words += 1;
    // create [or replace] function | procedure
    if (this.words <= 4) this.opening.push(word);
    const ofFunction = /^create (or replace )?(function|procedure)\b/.test(this.opening.join(' '));
    if (!ofFunction) return;
    if (word === 'begin' || (word === 'case' && this.open)) this.depth += 1;
    if (word === 'end' && this.open) this.depth -= 1;
  }
}

type Token = { readonly kind: 'blank' | 'word' | 'other'; readonly end: number };

const whitespace = /\s+/y;
const lineComment = /--[^\n\r]*/y;
const word = /[A-Za-z_\u0080-\uFFFF][A-Za-z0-9_$\u0080-\uFFFF]*/y;
// 'a' <newline> 'b' is one literal, and backslashes keep their meaning in the second part of an E'' string.
const escapeString = /[eE]'(?:[^'\\]|''|\\[\s\S]|'[^\S\n]*\n\s*')*(?:'|$)/y;
const string = /'(?:[^']|'')*(?:'|$)/y;
const quotedIdentifier = /"(?:[^"]|"")*(?:"|$)/y;
const number = /\d[A-Za-z0-9_.]*/y;
const dollarTag = /\$(?:[A-Za-z_\u0080-\uFFFF][A-Za-z0-9_\u0080-\uFFFF]*)?\$/y;

function tokenAt(sql: string, at: number): Token {
  const match = (pattern: RegExp): number | undefined => {
    pattern.lastIndex = at;
    return pattern.test(sql) ? pattern.lastIndex : undefined;
  };

  if (sql.startsWith('/*', at)) return { kind: 'blank', end: endOfBlockComment(sql, at) };
  const blank = match(whitespace) ?? match(lineComment);
  if (blank !== undefined) return { kind: 'blank', end: blank };

  const quoted = match(escapeString) ?? match(string) ?? match(quotedIdentifier) ?? match(number);
  if (quoted !== undefined) return { kind: 'other', end: quoted };

  const afterTag = match(dollarTag);
  if (afterTag !== undefined) {
    const tag = sql.slice(at, afterTag);
    const closing = sql.indexOf(tag, afterTag);
    return { kind: 'other', end: closing < 0 ? sql.length : closing + tag.length };
  }

  const identifier = match(word);
  if (identifier !== undefined) return { kind: 'word', end: identifier };
  return { kind: 'other', end: at + 1 };
}

function endOfBlockComment(sql: string, at: number): number {
  const edge = /\/\*|\*\//g;
  edge.lastIndex = at;
  let depth = 0;
  for (let found = edge.exec(sql); found; found = edge.exec(sql)) {
    depth += found[0] === '/*' ? 1 : -1;
    if (depth === 0) return edge.lastIndex;
  }
  return sql.length;
}
