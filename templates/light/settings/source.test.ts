import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { readSource } from './source.ts';

test('settings come from the environment', async () => {
  const read = await readSource({ A: '1' }, Readable.from([]));
  expect(read).toMatchObject({ ok: true, source: { settings: { A: '1' } } });
});

test('settings of the first line of stdin win over the environment', async () => {
  const stdin = Readable.from(['{"A":"2",', '"B":3}\n', 'more\n']);
  const read = await readSource({ CONFIG_FROM: 'stdin', A: '1', C: 'c' }, stdin);
  expect(read).toMatchObject({ ok: true, source: { settings: { A: '2', B: 3, C: 'c' } } });
});

test('the end of stdin after its first line says that the supervisor is gone', async () => {
  const stdin = new Readable({ read: () => undefined });
  stdin.push('{}\n');
  const read = await readSource({ CONFIG_FROM: 'stdin' }, stdin);
  if (!read.ok) throw new Error(read.problem);
  stdin.push(null);
  await expect(read.source.supervisorGone).resolves.toBeUndefined();
});

test.each([
  ['', 'stdin ended'],
  ['nonsense\n', 'not a JSON object'],
  ['[]\n', 'not a JSON object'],
  ['null\n', 'not a JSON object'],
])('what is no configuration is refused: %j', async (text, problem) => {
  const read = await readSource({ CONFIG_FROM: 'stdin' }, Readable.from(text === '' ? [] : [text]));
  expect(read).toEqual({ ok: false, problem: expect.stringContaining(problem) });
});
