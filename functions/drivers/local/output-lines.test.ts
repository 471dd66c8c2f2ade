import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { outputLines, recordOf } from './output-lines.ts';

async function linesOf(chunks: readonly (string | Buffer)[]): Promise<readonly string[]> {
  const lines: string[] = [];
  for await (const some of outputLines(Readable.from(chunks.map((chunk) => Buffer.from(chunk)))))
    lines.push(...some);
  return lines;
}

describe('the output of a process', () => {
  const euro = Buffer.from('€');
  it.each([
    ['lines in one chunk', ['a\nb\n'], ['a', 'b']],
    ['a line over several chunks', ['a', 'b', 'c\n'], ['abc']],
    ['a last line without an end', ['a\nb'], ['a', 'b']],
    ['a character over two chunks', [euro.subarray(0, 1), euro.subarray(1), '\n'], ['€']],
    ['nothing', [], []],
  ])('is cut into lines: %s', async (_what, chunks, lines) => {
    expect(await linesOf(chunks)).toEqual(lines);
  });

  it('is let go of even where a line never ends', async () => {
    const lines = await linesOf(Array.from({ length: 10 }, () => 'x'.repeat(50_000)));
    expect(lines.length).toBeGreaterThan(4);
    expect(lines.join('')).toHaveLength(500_000);
  });
});

describe('a record of it', () => {
  it.each([
    ['LOG:  database system is ready', { source: 's', level: 'log', message: 'database system is ready' }],
    [
      'ERROR:  relation "x" does not exist',
      { source: 's', level: 'error', message: 'relation "x" does not exist' },
    ],
    ['STATEMENT:  select 1', { source: 's', level: 'statement', message: 'select 1' }],
    [
      'Error [ERR_X]: Cannot find it',
      { source: 's', level: 'error', message: 'Error [ERR_X]: Cannot find it' },
    ],
    ['    throw new Error("x")', { source: 's', message: '    throw new Error("x")' }],
    ['\tcontinued', { source: 's', message: '\tcontinued' }],
    ['{"level":"info","message":"m","n":1}', { source: 's', level: 'info', message: 'm', n: 1 }],
    ['{"event":"ready"}', { source: 's', message: '', event: 'ready' }],
    ['{not json', { source: 's', message: '{not json' }],
    ['{"source":"other","message":"m"}', { source: 's', message: 'm' }],
  ])('of %s', (line, record) => {
    expect(recordOf('s', line)).toEqual(record);
  });
});
