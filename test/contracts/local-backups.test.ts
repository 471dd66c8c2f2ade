import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Stack } from '../../functions/core/project/stack.ts';
import { localPorts, underTest, type LocalPorts } from './local-ports.ts';
import { eventually, readyDatabase } from './project-ports.ts';
import { newStack } from './stack-fixture.ts';

let drivers: LocalPorts;
let stack: Stack;
beforeAll(async () => {
  drivers = await localPorts();
  await drivers.start();
  stack = newStack();
  await readyDatabase(() => underTest(drivers), stack);
  await sql('create table public.notes (note text)');
});
afterAll(() => drivers.remove());

async function sql(statement: string): Promise<readonly unknown[]> {
  const answer = await drivers.databases.query(stack.ref, { sql: statement, readOnly: false });
  if (!answer.ok) throw new Error(answer.error.message);
  return answer.value;
}

const write = (note: string) => sql(`insert into public.notes values ('${note}')`);
const notes = async () => sql('select note from public.notes order by note');
const timeThere = async () => {
  // A millisecond is the finest that can be asked for: one has to be between the two changes.
  const [row] = await sql('select clock_timestamp()::text as now from pg_sleep(0.003)');
  return new Date(String(Object.values(row ?? {})[0])).toISOString();
};

let last = Date.now();
/** Numbers are times; two in one millisecond would be one backup. */
const number = () => (last = Math.max(last + 1, Date.now()));

async function recover(backup: number, until: string | null = null): Promise<number> {
  const id = number();
  expect(await drivers.backups.recover(stack, { id, backup, until })).toBe(true);
  await drivers.databases.start(stack);
  return id;
}

const rows = (...all: readonly string[]) => all.map((note) => ({ note }));

it('goes back to a backup, to any time after it, and forth again', async () => {
  const { backups } = drivers;
  await write('before');
  const first = number();
  await backups.take(stack, { id: first, name: 'first' });
  await backups.take(stack, { id: first, name: 'first' });
  await write('soon after');
  const between = await timeThere();
  await write('later');
  expect(await backups.list(stack)).toMatchObject([{ id: first, name: 'first', continuous: true }]);

  const full = await recover(first, between);
  expect(await notes()).toEqual(rows('before', 'soon after'));
  await write('another history');
  const [old, copy] = (await backups.list(stack)).toSorted((a, b) => b.id - a.id);
  expect(old).toMatchObject({ id: full, name: null, continuous: false });
  expect(copy).toMatchObject({ id: first, continuous: false });

  const other = await recover(first);
  expect(await notes()).toEqual(rows('before'));
  await recover(full);
  expect(await notes()).toEqual(rows('before', 'later', 'soon after'));
  await recover(other);
  expect(await notes()).toEqual(rows('another history', 'before', 'soon after'));
}, 60_000);

it('has a time after the last change, too', async () => {
  const id = number();
  await drivers.backups.take(stack, { id, name: null });
  await write('the last word');
  const known = await notes();
  await recover(id, new Date().toISOString());
  expect(await notes()).toEqual(known);
}, 60_000);

const cluster = () => {
  const [name = ''] = readdirSync(join(drivers.root, 'clusters'));
  return join(drivers.root, 'clusters', name);
};

it('goes on where it was cut off, and leaves the old data or the new', async () => {
  const { backups, databases } = drivers;
  const id = number();
  await backups.take(stack, { id, name: null });
  const kept = await notes();
  await write('too much');
  const recovery = { id: number(), backup: id, until: null };
  await backups.recover(stack, recovery);
  // As a crash between the two renames leaves it.
  const old = join(cluster(), 'backups', `${recovery.id}`);
  renameSync(join(cluster(), 'pgdata'), join(cluster(), 'recovered'));
  renameSync(old, `${old}.tmp`);
  expect(await databases.state(stack)).toBe('absent');
  expect(await backups.recover(stack, recovery)).toBe(true);
  expect(await backups.recover(stack, recovery)).toBe(true);
  await databases.start(stack);
  expect(await notes()).toEqual(kept);
  expect((await backups.list(stack)).map((each) => each.id)).toContain(recovery.id);
  // As a crash in the middle of the copying leaves it.
  mkdirSync(join(cluster(), 'recovered'));
  await recover(recovery.id);
  expect(await notes()).toEqual(
    [...kept, { note: 'too much' }].toSorted((a, b) => (String(a) < String(b) ? -1 : 1)),
  );
}, 60_000);

it('keeps the old data where the new cannot be made', async () => {
  const { backups, databases } = drivers;
  const id = number();
  await backups.take(stack, { id, name: null });
  await write('kept');
  const known = await notes();
  rmSync(join(cluster(), 'backups', `${id}`, 'pgdata', 'global', 'pg_control'));
  await expect(backups.recover(stack, { id: number(), backup: id, until: null })).rejects.toMatchObject({
    name: 'PortError',
  });
  await databases.start(stack);
  await eventually(async () => expect(await notes()).toEqual(known));
}, 60_000);

it('drops backups and the log that only they need', async () => {
  const { backups } = drivers;
  const id = number();
  const wal = () => readdirSync(join(cluster(), 'wal')).filter((name) => /^[0-9A-F]{24}$/.test(name));
  const before = wal().length;
  await backups.take(stack, { id, name: null });
  const others = (await backups.list(stack)).filter((each) => each.id !== id);
  await backups.drop(
    stack,
    others.map((each) => each.id),
  );
  expect((await backups.list(stack)).map((each) => each.id)).toEqual([id]);
  expect(wal().length).toBeLessThan(before);
  const folder = cluster();
  await drivers.databases.delete(stack);
  expect(existsSync(folder)).toBe(false);
  expect(await backups.list(stack)).toEqual([]);
}, 60_000);
