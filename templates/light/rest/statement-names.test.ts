import { expect, test } from 'vitest';
import { PREPARED_FOR_MS, StatementNames } from './statement-names.ts';

test('a text gets its name the second time, and keeps it', () => {
  const names = new StatementNames(() => 0);
  expect(names.nameOf('select 1', 'a')).toBeUndefined();
  const name = names.nameOf('select 1', 'a');
  expect(name).toEqual(expect.any(String));
  expect(names.nameOf('select 1', 'a')).toBe(name);
});

test('no name is used for two texts, nor again after the schema changed or time passed', () => {
  let now = 0;
  const names = new StatementNames(() => now);
  const prepare = (text: string, scope: string) => {
    names.nameOf(text, scope);
    return names.nameOf(text, scope);
  };
  const issued = [prepare('a', 'v1'), prepare('b', 'v1'), prepare('a', 'v2')];
  now += PREPARED_FOR_MS + 1;
  issued.push(prepare('a', 'v2'));
  expect(new Set(issued).size).toBe(4);
});

test('however many texts come, few are prepared, and none that is huge', () => {
  const names = new StatementNames(() => 0);
  const prepared = Array.from({ length: 5000 }, (_, index) => {
    names.nameOf(`select ${index}`, '');
    return names.nameOf(`select ${index}`, '');
  }).filter((name) => name !== undefined);
  expect(prepared.length).toBeLessThanOrEqual(200);
  const huge = 'x'.repeat(10_000);
  const other = new StatementNames(() => 0);
  other.nameOf(huge, '');
  expect(other.nameOf(huge, '')).toBeUndefined();
});
