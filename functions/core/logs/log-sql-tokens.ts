export interface Token {
  readonly kind: 'word' | 'text' | 'number' | 'sign';
  /** Of a text: what it stands for; of a word: as it was written. */
  readonly value: string;
  /** In characters from the beginning. */
  readonly at: number;
}

/** Why a query cannot be answered, and where in it. */
export class LogSqlError extends Error {
  override readonly name = 'LogSqlError';
}

const TOKEN =
  /\s+|--[^\n]*|(?<word>[A-Za-z_][\w.]*)|(?<text>'(?:[^'\\]|''|\\.)*')|(?<number>\d+(?:\.\d+)?)|(?<sign><=|>=|!=|<>|[()[\],=<>*+-])/gy;

export function tokensOf(sql: string): readonly Token[] {
  const found: Token[] = [];
  let at = 0;
  for (const match of sql.matchAll(TOKEN)) {
    const { word, text, number, sign } = match.groups ?? {};
    if (word !== undefined) found.push({ kind: 'word', value: word, at });
    if (text !== undefined) found.push({ kind: 'text', value: unquoted(text), at });
    if (number !== undefined) found.push({ kind: 'number', value: number, at });
    if (sign !== undefined) found.push({ kind: 'sign', value: sign, at });
    at += match[0].length;
  }
  const rest = sql.slice(at).replace(/^\s*;?\s*$/, '');
  if (rest !== '') throw new LogSqlError(`cannot be read at character ${at + 1}: ${rest.slice(0, 20)}`);
  return found;
}

const unquoted = (text: string) =>
  text.slice(1, -1).replaceAll(/''|\\(.)/g, (_, escaped?: string) => escaped ?? "'");
