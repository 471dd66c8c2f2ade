import type { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callers } from './callers.ts';
import { postgresAvailable } from './cluster.ts';
import { createProject, valueOf, type Project } from './project.ts';

const USER = { sub: '00000000-0000-0000-0000-000000000001' };

describe.runIf(postgresAvailable).each(callers)('Realtime in a project made by $name', (caller) => {
  let project: Project;

  beforeAll(async () => {
    project = await createProject(caller);
    await project.sql(`
      create policy hear on realtime.messages for select to authenticated
        using (realtime.topic() = 'room:' || auth.uid() and extension = 'broadcast');
      create policy speak on realtime.messages for insert to authenticated
        with check (realtime.topic() = 'room:' || auth.uid());
      create table notes (id int primary key, note text);
      create function tell() returns trigger language plpgsql security definer as $$
        begin
          perform realtime.broadcast_changes('notes', tg_op, tg_op, tg_table_name, tg_table_schema, new, old);
          return null;
        end
      $$;
      create trigger tell after insert or update or delete on notes for each row execute function tell();
    `);
  });

  afterAll(() => project[Symbol.asyncDispose]());

  const messages = async (db: Client, topic: string) => {
    const query = 'select event, payload, private, extension from realtime.messages where topic = $1';
    return (await db.query(query, [topic])).rows;
  };

  test('the owner sends to any topic, and a message has an id of its own', async () => {
    await project.as('postgres', async (db) => {
      await db.query(`select realtime.send('{"a": 1}', 'said', 'anywhere', false)`);
      await db.query(`select realtime.send('{"id": "mine"}', 'said', 'elsewhere')`);
      const [message] = await messages(db, 'anywhere');
      expect(message).toMatchObject({ event: 'said', private: false, extension: 'broadcast' });
      expect(message).toHaveProperty('payload.a', 1);
      expect(message).toHaveProperty('payload.id', expect.stringMatching(/^[0-9a-f-]{36}$/));
      expect(await messages(db, 'elsewhere')).toMatchObject([{ payload: { id: 'mine' }, private: true }]);
    });
  });

  test('a user sends where a policy lets them; elsewhere it is a warning', async () => {
    await project.request('authenticated', USER, async (db) => {
      const warnings: (string | undefined)[] = [];
      db.on('notice', ({ message }) => warnings.push(message));
      await db.query(`select realtime.send('{}', 'said', $1)`, [`room:${USER.sub}`]);
      expect(warnings).toEqual([]);
      expect(await messages(db, `room:${USER.sub}`)).toHaveLength(1);
      await db.query(`select realtime.send('{}', 'said', 'room:other')`);
      expect(warnings).toEqual([expect.stringContaining('ErrorSendingBroadcastMessage: new row violates')]);
    });
  });

  test('service_role is held by no policy', async () => {
    await project.request('service_role', {}, async (db) => {
      await db.query(`select realtime.send('{}', 'said', 'room:other')`);
      expect(await messages(db, 'room:other')).toHaveLength(1);
    });
  });

  test('a trigger broadcasts rows as they were and are', async () => {
    await project.as('postgres', async (db) => {
      await db.query(
        `insert into notes values (1, 'a'); update notes set note = 'b'; delete from notes where id = 1`,
      );
      const rows = await messages(db, 'notes');
      expect(rows.map(({ event }) => event)).toEqual(['INSERT', 'UPDATE', 'DELETE']);
      expect(rows[1]).toMatchObject({
        payload: {
          schema: 'public',
          table: 'notes',
          operation: 'UPDATE',
          record: { id: 1, note: 'b' },
          old_record: { id: 1, note: 'a' },
        },
      });
      await expect(
        db.query(`select realtime.broadcast_changes('t', 'e', 'TRUNCATE', 'a', 'b', null, null)`),
      ).rejects.toThrow('Failed to process the row: Unexpected operation type: TRUNCATE');
    });
  });

  test('rights are tried by the login roles of the data plane alone', async () => {
    await expect(
      project.request('authenticated', USER, (db) => db.query(`select realtime.probe_channel('x')`)),
    ).rejects.toThrow('permission denied for function probe_channel');
    const probes = await project.as('light_user', (db) =>
      db.query(`select * from realtime.probe_channel('x')`),
    );
    expect(probes.rows.map(({ extension }) => extension)).toEqual(['broadcast', 'presence']);
  });

  test('messages are kept by the day, and for a few days', async () => {
    await project.as('supabase_realtime_admin', async (db) => {
      const days = async () => {
        const { rows } = await db.query<{ day: string }>(
          `select inhrelid::regclass::text as day from pg_inherits
           where inhparent = 'realtime.messages'::regclass order by 1`,
        );
        return rows.map(({ day }) => day);
      };
      await db.query(`
        insert into realtime.messages (topic, extension, event, inserted_at)
        values ('kept', 'broadcast', 'today', now() at time zone 'utc'),
          ('kept', 'broadcast', 'old', now() at time zone 'utc' - interval '9 days');
        create table realtime.messages_2020_01_01 partition of realtime.messages
          for values from ('2020-01-01') to ('2020-01-02');
        select realtime.keep_partitions();
        select realtime.keep_partitions()`);
      const today = String(await valueOf(db, `select to_char(now() at time zone 'utc', 'YYYY_MM_DD')`));
      const kept = await days();
      expect(kept).toHaveLength(5);
      expect(kept).toContain(`messages_${today}`);
      expect(kept).toContain('messages_default');
      const { rows } = await db.query(
        `select event, tableoid::regclass::text as day from realtime.messages where topic = 'kept'`,
      );
      expect(rows).toEqual([{ event: 'today', day: `messages_${today}` }]);
    });
  });
});
