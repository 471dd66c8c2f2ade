import { DatabaseError } from 'pg';
import { expect, test } from 'vitest';
import { postgrestError } from './database-error.ts';

class PostgresError extends DatabaseError {
  constructor(code: string) {
    super('went wrong', 0, 'error');
    Object.assign(this, { code, detail: 'a detail' });
  }
}

const byUser = { path: '/notes', caller: { role: 'authenticated' } };

test.each([
  ['P0001', 400],
  ['23505', 409],
  ['23503', 409],
  ['23514', 400],
  ['22P02', 400],
  ['42P01', 404],
  ['42883', 404],
  ['42703', 400],
  ['25006', 405],
  ['53300', 503],
  ['57014', 500],
  ['08006', 503],
  ['40001', 500],
  ['ABCDE', 400],
])('%s is answered with %i', (code, status) => {
  expect(postgrestError(new PostgresError(code), byUser)).toEqual({
    code: 'PGRST',
    message: JSON.stringify({ code, message: 'went wrong', details: 'a detail', hint: null }),
    detail: JSON.stringify({ status, headers: {} }),
  });
});

test('a missing right is 401 to a stranger, 403 to a user', () => {
  const statusFor = (role: string) =>
    postgrestError(new PostgresError('42501'), { path: '/notes', caller: { role } });
  expect(statusFor('anon')).toMatchObject({ detail: expect.stringContaining('401') });
  expect(statusFor('authenticated')).toMatchObject({ detail: expect.stringContaining('403') });
});

test('answers that a function words itself, and what is no database error, pass', () => {
  for (const error of [new PostgresError('PGRST'), new PostgresError('PT418'), new Error('other'), 'text'])
    expect(postgrestError(error, byUser)).toBe(error);
});

test('a column that is missing is named with its table', () => {
  const error = Object.assign(new PostgresError('42703'), { message: 'column "nope" does not exist' });
  expect(postgrestError(error, byUser)).toMatchObject({
    message: expect.stringContaining('column notes.nope does not exist'),
  });
});
