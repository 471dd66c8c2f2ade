import { expect, it } from 'vitest';
import { describeFailure } from './describe-failure.ts';

const failure = (message: string, position?: number) => ({
  code: 'query_failed' as const,
  sqlstate: '42P01',
  message,
  ...(position === undefined ? {} : { position }),
});

it('marks the place in its line', () => {
  const sql = 'select 1;\nselect * from nowhere;\nselect 2';
  expect(describeFailure(sql, failure('relation "nowhere" does not exist', 25))).toBe(
    [
      'ERROR:  42P01: relation "nowhere" does not exist',
      'LINE 2: select * from nowhere;',
      '                      ^',
    ].join('\n'),
  );
});

it('says what Postgres adds after the place', () => {
  expect(describeFailure('select f()', failure('no f\nHINT: make one', 8))).toBe(
    ['ERROR:  42P01: no f', 'LINE 1: select f()', '               ^', 'HINT: make one'].join('\n'),
  );
});

it('shows only what is near in a long line', () => {
  const sql = `select '${'x'.repeat(1000)}', oops, '${'y'.repeat(1000)}'`;
  const [, line = '', mark = ''] = describeFailure(sql, failure('no oops', sql.indexOf('oops') + 1)).split(
    '\n',
  );
  expect(line.length).toBeLessThan(140);
  expect(line.slice(mark.indexOf('^')).startsWith('oops')).toBe(true);
});

it('names no place where Postgres names none', () => {
  expect(describeFailure('select 1/0', failure('division by zero'))).toBe('ERROR:  42P01: division by zero');
});
