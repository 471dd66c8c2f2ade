import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { PortError } from '../../core/kernel/errors.ts';
import { translateSqliteError } from './errors.ts';

function errorOf(statements: string): unknown {
  const db = new DatabaseSync(':memory:');
  try {
    db.exec(statements);
  } catch (error) {
    return error;
  } finally {
    db.close();
  }
  throw new Error('it worked');
}

test('a full disk is said as such, with what to do', () => {
  const full = errorOf(
    'PRAGMA max_page_count = 2; CREATE TABLE t (x); INSERT INTO t VALUES (zeroblob(100000));',
  );
  const error = translateSqliteError(full, '/state.db');
  expect(error).toBeInstanceOf(PortError);
  expect(error).toMatchObject({
    message: '/state.db cannot grow: the disk is full.',
    suggestion: 'Free some space.',
  });
});

test('an error in a statement stays what it is: a bug', () => {
  const bug = errorOf('SELECT nonsense');
  expect(translateSqliteError(bug, '/state.db')).toBe(bug);
});
