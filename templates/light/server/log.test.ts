import { expect, test } from 'vitest';
import { captureConsole, createLog, describeError, inTurns, logOf } from './log.ts';

function setUp() {
  const lines: unknown[] = [];
  return { lines, log: createLog('light', (line) => void lines.push(JSON.parse(line))) };
}

test('a line is one JSON object that names its service', () => {
  const { lines, log } = setUp();
  logOf(log, 'rest')('info', 'request', { path: '/a\nb', status: 200 });
  expect(lines).toEqual([
    {
      time: expect.stringMatching(/^\d{4}-/),
      level: 'info',
      service: 'rest',
      message: 'request',
      path: '/a\nb',
      status: 200,
    },
  ]);
});

test('what is logged in one turn is written at once, and what is left at the end is not lost', async () => {
  const written: string[] = [];
  const lines = inTurns((text) => void written.push(text));
  lines.write('a\n', 'info');
  lines.write('b\n', 'info');
  expect(written).toEqual([]);
  await new Promise(setImmediate);
  expect(written).toEqual(['a\nb\n']);
  lines.write('c\n', 'info');
  lines.flush();
  await new Promise(setImmediate);
  expect(written).toEqual(['a\nb\n', 'c\n']);
  lines.write('d\n', 'info');
  lines.write('e\n', 'error');
  expect(written.at(-1)).toBe('d\ne\n');
});

test('of an error its kind and code are told, not what it quotes', () => {
  const error = Object.assign(new TypeError('Key (email)=(a@b.test)'), { code: '23505', detail: 'private' });
  expect(describeError(error)).toEqual({ error: 'TypeError', code: '23505' });
  expect(describeError('private')).toEqual({ error: 'string' });
});

test('what goes to the console is told as far as it is an error', () => {
  const { lines, log } = setUp();
  const target: Console = Object.create(console);
  captureConsole(log, target);
  target.info('To: a@b.test, code 123456');
  target.error('Auth error:', new RangeError('private'));
  expect(lines).toEqual([expect.objectContaining({ level: 'warn', error: 'RangeError' })]);
  expect(JSON.stringify(lines)).not.toMatch(/private|123456/);
});
