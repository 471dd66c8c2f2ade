import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { PortError, TransientError } from '../../core/kernel/errors.ts';
import type { SqliteTable } from './table.ts';
import { openSqliteTable } from './table.ts';

const clock = { now: () => new Date() };
let folder = '';
let path = '';
const open: SqliteTable[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'table-'));
  path = join(folder, 'state.db');
});

afterEach(() => {
  for (const table of open.splice(0)) table.close();
  rmSync(folder, { recursive: true });
});

function openTable(busyTimeoutMs = 50): SqliteTable {
  const table = openSqliteTable({ path, clock, busyTimeoutMs });
  open.push(table);
  return table;
}

function refusalOf(path: string): PortError {
  try {
    openSqliteTable({ path, clock, busyTimeoutMs: 50 }).close();
  } catch (error) {
    if (error instanceof PortError) return error;
    throw error;
  }
  throw new Error('it opened');
}

test('what was written is there after closing, in a file that only its owner reads', async () => {
  await openTable().write([{ kind: 'put', item: { pk: 'P', sk: 'a', data: { n: 1 } }, if: 'absent' }]);
  expect(readdirSync(folder).map((name) => statSync(join(folder, name)).mode & 0o077)).toEqual([0, 0, 0]);
  open.pop()?.close();
  expect(readdirSync(folder)).toEqual(['state.db']);
  expect(await openTable().get({ pk: 'P', sk: 'a' })).toMatchObject({ data: { n: 1 } });
});

test('a file of a newer version is refused and left as it was', () => {
  const db = new DatabaseSync(path);
  db.exec('PRAGMA user_version = 999');
  db.close();
  const before = readFileSync(path);
  const refusal = refusalOf(path);
  expect(refusal.message).toMatch(/state\.db has version 999/);
  expect(refusal.suggestion).toMatch(/newer/);
  expect(readFileSync(path)).toEqual(before);
});

test('while another holds the file a write fails transiently, and succeeds once it is free', async () => {
  const table = openTable();
  const other = new DatabaseSync(path);
  other.exec('BEGIN EXCLUSIVE');
  const write = () => table.write([{ kind: 'put', item: { pk: 'P', sk: 'a', data: {} }, if: 'absent' }]);
  await expect(write()).rejects.toBeInstanceOf(TransientError);
  other.close();
  expect(await write()).toEqual({ ok: true, value: undefined });
});

test('a new file that another holds is refused in one line', () => {
  const other = new DatabaseSync(path);
  other.exec('BEGIN EXCLUSIVE');
  expect(refusalOf(path).message).toMatch(/^.*state\.db is locked by another process\.$/);
  other.close();
});

test.for([
  [
    'a file that is no database',
    () => writeFileSync(path, 'not a database at all, but long enough to look at'.repeat(50)),
  ],
  ['a folder in the place of the file', () => (path = folder)],
  ['a path below a file', () => (writeFileSync(path, ''), (path = join(path, 'state.db')))],
] as const)('%s is refused with what to do', ([, spoil]) => {
  spoil();
  const refusal = refusalOf(path);
  expect(refusal.message).not.toContain('\n');
  expect(refusal.suggestion).toBeTruthy();
});

test('purging removes what is past its time and nothing else', async () => {
  const now = Math.floor(Date.now() / 1000);
  const table = openTable();
  const item = { pk: 'P', data: {} };
  await table.write([
    { kind: 'put', item: { ...item, sk: 'old', expires_at: now - 1 }, if: 'absent' },
    { kind: 'put', item: { ...item, sk: 'new', expires_at: now + 1000 }, if: 'absent' },
    { kind: 'put', item: { ...item, sk: 'forever' }, if: 'absent' },
  ]);
  expect(table.purgeExpired()).toBe(1);
  expect(table.purgeExpired()).toBe(0);
  expect((await table.query({ pk: 'P' })).items.map(({ sk }) => sk)).toEqual(['forever', 'new']);
});

test('every write that was acknowledged survives a kill, and none is half there', async () => {
  const writer = `
    import { openSqliteTable } from ${JSON.stringify(new URL('./table.ts', import.meta.url).href)};
    const table = openSqliteTable({ path: process.argv[1], clock: { now: () => new Date() } });
    for (let n = 0; ; n++) {
      const put = (pk) => ({ kind: 'put', item: { pk, sk: String(n).padStart(9, '0'), data: {} }, if: 'absent' });
      await table.write([put('A'), put('B')]);
      process.stdout.write(n + '\\n');
    }`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', writer, path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let acknowledged = -1;
  for await (const line of createInterface({ input: child.stdout })) {
    acknowledged = Number(line);
    if (acknowledged === 200) child.kill('SIGKILL');
  }
  if (child.signalCode === null) await once(child, 'exit');
  const table = openTable();
  const count = async (pk: string): Promise<string | undefined> =>
    (await table.query({ pk, reverse: true, limit: 1 })).items[0]?.sk;
  expect(Number(await count('A'))).toBeGreaterThanOrEqual(acknowledged);
  expect(await count('B')).toBe(await count('A'));
});
