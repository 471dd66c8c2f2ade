/** What a statement does to the transaction that it stands in, and what it asks of the one it begins. */
export type Boundary =
  | { readonly kind: 'begin'; readonly modes: string }
  | { readonly kind: 'commit' | 'rollback' | 'prepare' };

/** No statement has to be read further than this to know: `rollback transaction to savepoint …`. */
const WORDS = 3;

export function boundaryOf(statement: string): Boundary | undefined {
  const [first, second, third] = leadingWords(statement);
  switch (first?.text ?? '') {
    case 'begin':
      return {
        kind: 'begin',
        modes: statement.slice(isNoise(second?.text) ? second?.end : first?.end).trim(),
      };
    case 'start':
      return second?.text === 'transaction'
        ? { kind: 'begin', modes: statement.slice(second.end).trim() }
        : undefined;
    case 'commit':
    case 'end':
      return second?.text === 'prepared' ? undefined : { kind: 'commit' };
    case 'abort':
      return { kind: 'rollback' };
    case 'rollback': {
      const target = isNoise(second?.text) ? third?.text : second?.text;
      return target === 'to' || target === 'prepared' ? undefined : { kind: 'rollback' };
    }
    case 'prepare':
      return second?.text === 'transaction' ? { kind: 'prepare' } : undefined;
    default:
      return undefined;
  }
}

const isNoise = (word: string | undefined) => word === 'work' || word === 'transaction';

interface Word {
  readonly text: string;
  readonly end: number;
}

const BLANK = /(?:\s+|--[^\n\r]*)/y;
const WORD = /[A-Za-z_]\w*/y;

function leadingWords(sql: string): readonly Word[] {
  const words: Word[] = [];
  let at = 0;
  while (words.length < WORDS) {
    at = afterBlanks(sql, at);
    WORD.lastIndex = at;
    if (!WORD.test(sql)) break;
    words.push({ text: sql.slice(at, WORD.lastIndex).toLowerCase(), end: WORD.lastIndex });
    at = WORD.lastIndex;
  }
  return words;
}

function afterBlanks(sql: string, start: number): number {
  let at = start;
  for (;;) {
    BLANK.lastIndex = at;
    if (BLANK.test(sql)) at = BLANK.lastIndex;
    else if (sql.startsWith('/*', at)) at = afterComment(sql, at);
    else return at;
  }
}

/** Comments nest in Postgres. */
function afterComment(sql: string, start: number): number {
  const edge = /\/\*|\*\//g;
  edge.lastIndex = start;
  let depth = 0;
  for (let found = edge.exec(sql); found !== null; found = edge.exec(sql)) {
    depth += found[0] === '/*' ? 1 : -1;
    if (depth === 0) return edge.lastIndex;
  }
  return sql.length;
}
