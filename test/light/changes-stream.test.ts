import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DatabaseMessage } from '../../templates/light/realtime/ports.ts';
import { supabaseAdmin } from '../database/callers.ts';
import { postgresAvailable } from '../database/cluster.ts';
import { Inbox, openSide, type Side } from './database-side.ts';

describe.runIf(postgresAvailable)('the stream of changes', () => {
  let side: Side;

  beforeAll(async () => {
    side = await openSide(supabaseAdmin);
    await side.project.sql(`
      create table t (id int primary key, a text);
      alter publication supabase_realtime add table t`);
  });

  afterAll(() => side[Symbol.asyncDispose]());

  /** Slots end a moment after the connection. */
  const slots = (wanted: number) => expect.poll(() => side.slots(), { timeout: 5000 }).toBe(wanted);

  test('holds a slot while somebody wants it, one for all', async () => {
    await slots(0);
    const first = await side.watch([{ table: 't' }]);
    const second = await side.watch([{ table: 't' }]);
    const heard = side.database.messages.listen(() => undefined);
    expect(await heard.ready).toBe(true);
    expect(await side.slots()).toBe(1);
    first.close();
    first.close();
    heard.end();
    expect(await side.slots()).toBe(1);
    second.close();
    await slots(0);
    // The next one begins anew, and is told what comes then.
    const third = await side.watch([{ table: 't' }]);
    await side.project.sql(`insert into t values (1, 'x')`);
    expect(await third.inbox.take(1)).toMatchObject([{ record: { id: 1 } }]);
    third.close();
    await slots(0);
  });

  test('is begun anew when it is cut, says so, and tells what comes after once', async () => {
    const { inbox, close } = await side.watch([{ table: 't' }]);
    const gap = Promise.withResolvers<void>();
    side.database.feed.onGap(gap.resolve);
    await side.project.sql(`insert into t values (10, 'before')`);
    expect(await inbox.take(1)).toMatchObject([{ record: { id: 10 } }]);
    await side.project.as('supabase_admin', (db) =>
      db.query('select pg_terminate_backend(active_pid) from pg_replication_slots'),
    );
    await gap.promise;
    await side.project.sql(`insert into t values (11, 'after'); insert into t values (12, 'last')`);
    const rows = await inbox.until(({ record }) => record?.['id'] === 12);
    expect(rows.map(({ record }) => record?.['id'])).toEqual([11, 12]);
    await side.database.policies.rightsIn('x', { role: 'anon' });
    close();
    await slots(0);
  });

  test('outlives the loss of every connection', async () => {
    await side.project.sql(`
      create table own (id int primary key, who text);
      alter table own enable row level security;
      create policy own on own for select to authenticated using (who = auth.jwt() ->> 'sub');
      alter publication supabase_realtime add table own`);
    const ada = { role: 'authenticated', sub: 'ada' };
    const { inbox, close } = await side.watch([{ table: 'own', filter: 'id=gt.0' }], ada);
    const gap = Promise.withResolvers<void>();
    side.database.feed.onGap(gap.resolve);
    await side.project.as('supabase_admin', (db) =>
      db.query(
        'select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and datname is not null',
      ),
    );
    await gap.promise;
    await side.project.sql(`insert into own values (1, 'bob'), (2, 'ada')`);
    expect(await inbox.take(1)).toMatchObject([{ record: { id: 2 } }]);
    const rights = await side.database.policies.rightsIn('x', { role: 'service_role' });
    expect(rights.broadcast.read).toBe(true);
    close();
    await slots(0);
  });

  test('does not judge a row before others can see it, though the log has it already', async () => {
    await side.project.sql(`
      create table late (id int primary key);
      alter table late enable row level security;
      alter publication supabase_realtime add table late`);
    const { inbox, close } = await side.watch([{ table: 'late' }]);
    const inboxOfMessages = new Inbox<DatabaseMessage>();
    const listening = side.database.messages.listen((message) => inboxOfMessages.put(message));
    await listening.ready;
    const standby = (name: string) =>
      side.project.cluster.connect('supabase_admin', 'project').then(async (db) => {
        await db.query(`alter system set synchronous_standby_names = '${name}'`);
        await db.query('select pg_reload_conf()');
        await db.end();
      });
    // A commit that waits for a standby is in the log, and nobody sees it.
    await standby('nobody');
    const inserted = side.project.sql(`insert into late values (1); select realtime.send('{}', 'e', 't')`);
    await expect
      .poll(() =>
        side.project.as('supabase_admin', async (db) => {
          const { rows } = await db.query(`
            select exists (select from pg_stat_activity where wait_event = 'SyncRep')
              and bool_and(sent_lsn >= pg_current_wal_flush_lsn()) as sent from pg_stat_replication`);
          return rows[0].sent;
        }),
      )
      .toBe(true);
    await standby('');
    await inserted;
    expect(await inbox.take(1)).toMatchObject([{ record: { id: 1 } }]);
    expect(await inboxOfMessages.take(1)).toMatchObject([{ topic: 't' }]);
    listening.end();
    close();
    await slots(0);
  });

  test('keeps the order of commits, and that of a large transaction', async () => {
    const { inbox, close } = await side.watch([
      { table: 't', filter: 'a=eq.many' },
      { table: 't', event: 'DELETE' },
    ]);
    await side.project.sql(`
      delete from t;
      insert into t select n, 'many' from generate_series(1, 3000) as n;
      delete from t where id = 3000;
      create table unwatched as select n from generate_series(1, 5000) as n`);
    const rows = await inbox.until(
      ({ type, old_record }) => type === 'DELETE' && old_record?.['id'] === 3000,
    );
    const inserts = rows.filter(({ type }) => type === 'INSERT').map(({ record }) => record?.['id']);
    expect(inserts).toEqual(Array.from({ length: 3000 }, (_, at) => at + 1));
    expect(new Set(rows.map(({ commit_timestamp: at }) => at)).size).toBe(1);
    close();
  });

  test('encodes a change once for all who see the same of it', async () => {
    const [one, two] = await Promise.all([side.watch([{ table: 't' }]), side.watch([{}, { schema: '*' }])]);
    await side.project.sql(`insert into t values (20000, 'x')`);
    const [[first], [second]] = await Promise.all([one.inbox.take(1), two.inbox.take(1)]);
    expect(second?.ids).toEqual([0, 1]);
    expect(second?.json).toBe(first?.json);
    one.close();
    two.close();
  });

  test('brings what the database broadcasts, committed, in order, and can say what was sent before', async () => {
    const inbox = new Inbox<DatabaseMessage>();
    const listening = side.database.messages.listen((message) => inbox.put(message));
    expect(await listening.ready).toBe(true);
    const since = Date.now() - 60_000;
    await side.project.sql(`
      select realtime.send('{"n": 1}', 'said', 'room', true);
      select realtime.send('{"n": 2}', 'said', 'room', false)`);
    await expect(
      side.project.sql(`select realtime.send('{"n": 3}', 'said', 'room'); select 1 / 0`),
    ).rejects.toThrow('division by zero');
    await side.project.sql(`select realtime.send('{"n": 4, "id": "own"}', 'end', 'room')`);
    const messages = await inbox.take(3);
    expect(messages.map(({ topic, event, private: isPrivate }) => [topic, event, isPrivate])).toEqual([
      ['room', 'said', true],
      ['room', 'said', false],
      ['room', 'end', true],
    ]);
    expect(messages.map(({ payload }) => JSON.parse(payload))).toMatchObject([
      { n: 1, id: messages[0]?.id },
      { n: 2 },
      { n: 4, id: 'own' },
    ]);
    const replayed = await side.database.messages.replay('room', since, 10);
    expect(replayed.map(({ id }) => id)).toEqual([messages[0]?.id, messages[2]?.id]);
    expect(await side.database.messages.replay('room', since, 1)).toMatchObject([{ event: 'end' }]);
    listening.end();
    await slots(0);
  });

  test('makes the partitions that messages go to', async () => {
    await expect
      .poll(() =>
        side.project.as('postgres', async (db) => {
          const query = `select from pg_inherits where inhparent = 'realtime.messages'::regclass`;
          return (await db.query(query)).rowCount;
        }),
      )
      .toBe(5);
  });
});
