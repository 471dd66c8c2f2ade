import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callers } from '../database/callers.ts';
import { postgresAvailable } from '../database/cluster.ts';
import { type Change, openSide, SERVICE, type Side } from './database-side.ts';

const ADA = { role: 'authenticated', sub: randomUUID() };
const BOB = { role: 'authenticated', sub: randomUUID() };
const ANON = { role: 'anon' };

const SCHEMA = `
  create table notes (id int primary key, owner uuid, note text, secret text);
  alter table notes enable row level security;
  create policy own on notes for select to authenticated using (owner = (select auth.uid()));
  revoke select on notes from authenticated, anon;
  grant select (id, owner, note) on notes to authenticated;
  create table keyless (a int, b text);
  create table hidden_key (id int primary key, b text);
  revoke select on hidden_key from authenticated;
  grant select (b) on hidden_key to authenticated;
  create table twofold (a int, b text, c int, primary key (a, b));
  alter table twofold enable row level security;
  create policy even on twofold for select to authenticated using (c % 2 = 0);
  create table failing (id int primary key);
  alter table failing enable row level security;
  create policy fails on failing for select to authenticated
    using ((current_setting('request.jwt.claims')::json ->> 'sub')::uuid is not null and id / (id - 7) > -9);
  create table open (id int primary key, a text);
  alter publication supabase_realtime add table notes, keyless, hidden_key, twofold, failing, open;
`;

describe.runIf(postgresAvailable).each(callers)(
  'who is told of changes in a project made by $name',
  (caller) => {
    let side: Side;
    // The right to replicate cannot be given by the limited role; on Aurora it comes with another one.
    const readsTheLog = caller.user === 'supabase_admin';

    beforeAll(async () => {
      side = await openSide(caller);
      await side.project.sql(SCHEMA);
    });

    afterAll(() => side[Symbol.asyncDispose]());

    if (readsTheLog)
      test('each sees their own rows, and the columns that they may read', async () => {
        const [ada, again, bob, all] = await Promise.all([
          side.watch([{ table: 'notes' }], ADA),
          side.watch([{ table: 'notes', event: 'UPDATE' }, { table: 'notes' }], ADA),
          side.watch([{ table: 'notes' }], BOB),
          side.watch([{ table: 'notes' }]),
        ]);
        const seen = (changes: readonly Change[]) =>
          changes.map(({ type, record, old_record }) => [type, record?.['note'], old_record]);
        const gone = [
          ['DELETE', undefined, { id: 2 }],
          ['DELETE', undefined, { id: 1 }],
        ];
        // A row is seen as it is when it is judged, so each step waits for the one before.
        await side.project.sql(`
          insert into notes values (1, '${ADA.sub}', 'mine', 's');
          insert into notes values (2, '${BOB.sub}', 'theirs', 's');
        `);
        expect(seen(await ada.inbox.take(1))).toEqual([['INSERT', 'mine', undefined]]);
        expect(seen(await bob.inbox.take(1))).toEqual([['INSERT', 'theirs', undefined]]);
        await side.project.sql(`update notes set note = 'changed' where id = 1`);
        expect(seen(await ada.inbox.take(1))).toEqual([['UPDATE', 'changed', { id: 1 }]]);
        await side.project.sql(`update notes set owner = '${BOB.sub}' where id = 1`);
        expect(seen(await bob.inbox.take(1))).toEqual([['UPDATE', 'changed', { id: 1 }]]);
        await side.project.sql('delete from notes');
        expect(seen(await ada.inbox.take(2))).toEqual(gone);
        expect(seen(await bob.inbox.take(2))).toEqual(gone);
        const told = await again.inbox.take(4);
        expect(told.map(({ ids }) => ids)).toEqual([[1], [0, 1], [1], [1]]);
        expect(told[0]?.record).toEqual({ id: 1, owner: ADA.sub, note: 'mine' });
        expect(told[0]?.columns.map(({ name }) => name)).toEqual(['id', 'owner', 'note']);
        const [first] = await all.inbox.take(1);
        expect(first?.record).toHaveProperty('secret', 's');
        for (const { close } of [ada, again, bob, all]) close();
      });

    if (readsTheLog)
      test('a renewed token decides from then on', async () => {
        const watching = await side.watch([{ table: 'notes', event: 'INSERT' }], ADA);
        await side.project.sql(`insert into notes values (11, '${ADA.sub}', 'a')`);
        expect(await watching.inbox.take(1)).toMatchObject([{ record: { id: 11 } }]);
        watching.changeClaims(BOB);
        await side.project.sql(`insert into notes values (12, '${ADA.sub}', 'a'), (13, '${BOB.sub}', 'b')`);
        expect(await watching.inbox.take(1)).toMatchObject([{ record: { id: 13 } }]);
        watching.close();
      });

    if (readsTheLog)
      test.each([
        ['keyless', `insert into keyless values (1, 'x')`, ADA, 'Error 400: Bad Request, no primary key'],
        ['hidden_key', `insert into hidden_key values (1, 'x')`, ADA, 'Error 401: Unauthorized'],
        [
          'failing',
          'insert into failing values (7)',
          ADA,
          'Error 500: Internal Server Error, RLS policy evaluation failed',
        ],
        [
          'failing',
          'insert into failing values (3)',
          { ...ADA, sub: 'none' },
          'Error 500: Internal Server Error, RLS policy evaluation failed',
        ],
      ])('of %s no more is told than why it cannot be', async (table, statement, claims, error) => {
        const watching = await side.watch([{ table }], claims);
        await side.project.sql(statement);
        expect(await watching.inbox.take(1)).toMatchObject([
          { type: 'INSERT', columns: [], record: {}, errors: [error] },
        ]);
        watching.close();
      });

    if (readsTheLog)
      test('a key of several columns is one key; replica identity decides what is known of old rows', async () => {
        const [ada, all] = await Promise.all([
          side.watch([{ table: 'twofold' }, { table: 'open' }], ADA),
          side.watch([{ table: 'open' }], ANON),
        ]);
        await side.project.sql(`
      insert into twofold values (1, 'a', 1), (1, 'b', 2), (2, 'a', 4), (2, 'b', 3);
      insert into open values (1, 'x');
      update open set a = 'y';
      update open set id = 2;
      alter table open replica identity full;
    `);
        await side.project.sql(`update open set a = 'z'; delete from open`);
        const rows = await ada.inbox.take(7);
        expect(rows.slice(0, 2).map(({ record }) => record)).toEqual([
          { a: 1, b: 'b', c: 2 },
          { a: 2, b: 'a', c: 4 },
        ]);
        const olds = rows.slice(2).map(({ type, old_record }) => [type, old_record]);
        expect(olds).toEqual([
          ['INSERT', undefined],
          ['UPDATE', { id: 1 }],
          ['UPDATE', { id: 1 }],
          ['UPDATE', { id: 2, a: 'y' }],
          ['DELETE', { id: 2, a: 'z' }],
        ]);
        const others = await all.inbox.take(5);
        expect(others.map(({ type, old_record }) => [type, old_record])).toEqual(olds);
        for (const { close } of [ada, all]) close();
      });

    test('rights in a private channel are what the policies say, for each extension', async () => {
      await side.project.sql(`
      create policy hear on realtime.messages for select to authenticated
        using (realtime.topic() = 'mine:' || (select auth.uid()) and extension = 'broadcast');
      create policy see on realtime.messages for select to authenticated
        using (realtime.topic() like 'open%' and realtime.messages.extension in ('broadcast', 'presence'));
      create policy speak on realtime.messages for insert to authenticated
        with check (realtime.topic() = 'open' and extension = 'presence');
      create policy broken on realtime.messages for select to authenticated
        using (realtime.topic() = 'broken' and 1 / length(replace(topic, 'broken', '')) > 0);
    `);
      const { policies } = side.database;
      const rights = async (topic: string, claims: typeof ADA | typeof ANON | typeof SERVICE) => {
        const { broadcast, presence } = await policies.rightsIn(topic, claims);
        return [broadcast.read, broadcast.write, presence.read, presence.write];
      };
      expect(await rights(`mine:${ADA.sub}`, ADA)).toEqual([true, false, false, false]);
      expect(await rights(`mine:${ADA.sub}`, BOB)).toEqual([false, false, false, false]);
      expect(await rights('open', BOB)).toEqual([true, false, true, true]);
      expect(await rights('open', ANON)).toEqual([false, false, false, false]);
      expect(await rights('any', SERVICE)).toEqual([true, true, true, true]);
      expect(await rights('broken', ADA)).toEqual([false, false, false, false]);
      expect(side.logged).toContainEqual(
        expect.objectContaining({ message: 'a policy on realtime.messages failed' }),
      );
      const kept = await side.project.as('postgres', (db) => db.query('select from realtime.messages'));
      expect(kept.rowCount).toBe(0);
    });

    if (readsTheLog)
      test('a role that the project made is held by its own rights', async () => {
        await side.project.sql(`
      create role editor nologin; grant editor to authenticator; grant usage on schema public, realtime, auth to editor;
      grant select on open, realtime.messages to editor;
      create policy edit on realtime.messages for select to editor using (realtime.topic() = 'desk');`);
        const editor = { role: 'editor' };
        expect(await side.database.policies.rightsIn('desk', editor)).toMatchObject({
          broadcast: { read: true, write: false },
        });
        const watching = await side.watch([{ table: 'open', filter: 'a=like.e%' }], editor);
        await side.project.sql(`insert into open values (50, 'a'), (51, 'e')`);
        expect(await watching.inbox.take(1)).toMatchObject([{ record: { id: 51 } }]);
        watching.close();
      });
  },
);
