import { expect, it } from 'vitest';
import { message } from './packets.ts';
import { isWork } from './work.ts';

const sent = (type: string, text: string) => message(type, Buffer.from(text, 'latin1'));

it.each<[string, Buffer, boolean]>([
  ['a query', sent('Q', 'select * from t\0'), true],
  ['a query that only begins like the pools’', sent('Q', 'select 1; drop table t\0'), true],
  ['two queries at once', Buffer.concat([sent('Q', 'select 1\0'), sent('Q', 'delete from t\0')]), true],
  ['half a query', sent('Q', 'select 1\0').subarray(0, 8), true],
  ['data of a COPY', sent('d', '1\n'), true],
  ['a statement', sent('P', 's1\0select n from t\0\0\0'), true],
  ['the rest of something', Buffer.from([0, 1, 2]), true],
  ['a long text', sent('Q', `${' '.repeat(300)}\0`), true],
  ['select 1', sent('Q', 'select 1\0'), false],
  ['SELECT 1;', sent('Q', ' SELECT  1 ;\0'), false],
  ['an empty query', sent('Q', '\0'), false],
  [
    'an empty statement, bound and run',
    Buffer.concat([sent('P', '\0\0\0\0'), sent('B', '\0\0\0\0\0\0\0\0')]),
    false,
  ],
  ['select 1 as a statement', sent('P', '\0SELECT 1\0\0\0'), false],
  ['a Sync', sent('S', ''), false],
  ['the end of the session', sent('X', ''), false],
])('%s: %#', (_what, bytes, expected) => {
  expect(isWork(bytes)).toBe(expected);
});
