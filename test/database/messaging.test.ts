import { randomUUID } from 'node:crypto';
import type { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { databaseScripts } from '../../templates/database/scripts.ts';
import { apply, callers } from './callers.ts';
import { catalogueOf } from './catalogue.ts';
import { postgresAvailable } from './cluster.ts';
import { createProject, type Project } from './project.ts';

const Refusal = z.object({ code: z.string(), hint: z.string(), detail: z.string().optional() });
const pack = databaseScripts(['messaging']);

describe.runIf(postgresAvailable).each(callers)('the messaging pack in a project made by $name', (caller) => {
  let project: Project;
  const [ada, bob, eve] = [randomUUID(), randomUUID(), randomUUID()];

  beforeAll(async () => {
    project = await createProject(caller);
    const setup = await project.cluster.connect(caller.user, 'project');
    await apply(setup, pack);
    await setup.end();
    await project.sql(
      `insert into auth.users (id, email) values ${[ada, bob, eve].map((id) => `('${id}', '${id}@x.test')`).join()}`,
    );
  });

  afterAll(() => project[Symbol.asyncDispose]());

  /** Becomes a user for the statements of one transaction. */
  const become = (
    db: Client,
    user: string | undefined,
    role = user === undefined ? 'service_role' : 'authenticated',
  ) =>
    db.query(`select set_config('role', $1, true), set_config('request.jwt.claims', $2, true)`, [
      role,
      JSON.stringify({ role, ...(user === undefined ? {} : { sub: user }) }),
    ]);
  /** In one transaction that is rolled back. */
  const world = (work: (db: Client) => Promise<void>) => project.as('authenticator', work);
  const call = async (db: Client, user: string | undefined, statement: string, values: unknown[] = []) => {
    await become(db, user);
    return (await db.query(statement, values)).rows;
  };
  /** The refusal, by which clients tell errors apart; the transaction goes on. */
  const refusal = async (db: Client, user: string | undefined, statement: string, values: unknown[] = []) => {
    await db.query('savepoint before');
    const failed: unknown = await call(db, user, statement, values).catch((error: unknown) => error);
    await db.query('rollback to before');
    const { code, hint, detail } = Refusal.parse(failed);
    return detail === undefined ? [code, hint] : [code, hint, detail];
  };
  const roomOf = async (db: Client, owner: string, kind = 'public') => {
    const [room] = await call(db, owner, `select (create_room('a room', $1)).id`, [kind]);
    return String(room?.id);
  };
  const told = async (db: Client, topic: string) => {
    await db.query(`select set_config('role', 'none', true)`);
    await become(db, undefined);
    const query =
      'select event, payload, private from realtime.messages where topic = $1 order by inserted_at';
    return (await db.query(query, [topic])).rows;
  };

  test('applied again it changes nothing', async () => {
    const db = await project.cluster.connect(caller.user, 'project');
    const wanted = await catalogueOf(db);
    await apply(db, pack);
    expect(await catalogueOf(db)).toEqual(wanted);
    await db.end();
  });

  test('a message is kept and told to the room, once for its key', () =>
    world(async (db) => {
      const room = await roomOf(db, ada);
      const send = `select * from send_message($1, 'hello', client_key => 'k')`;
      const [first] = await call(db, ada, send, [room]);
      expect(await call(db, ada, send, [room])).toEqual([first]);
      expect(await refusal(db, ada, `select send_message($1, 'other', client_key => 'k')`, [room])).toEqual([
        'PT409',
        'key_reused',
      ]);
      expect(await told(db, `room:${room}`)).toMatchObject([
        {
          event: 'message',
          private: true,
          payload: { body: 'hello', user_id: ada, client_key: 'k', type: 'text' },
        },
      ]);
      expect(await call(db, bob, 'select body from messages where room_id = $1', [room])).toEqual([
        { body: 'hello' },
      ]);
    }));

  test('what is broadcast stays below 1 KB', () =>
    world(async (db) => {
      const room = await roomOf(db, ada);
      await call(db, ada, `select send_message($1, repeat('ü', 4000), metadata => '{"a": 1}')`, [room]);
      const [message] = await told(db, `room:${room}`);
      expect(message?.payload).toMatchObject({ truncated: true, room_id: room });
      expect(JSON.stringify(message?.payload).length).toBeLessThan(1024);
    }));

  test('a broadcast that fails fails nothing', () =>
    project.as('postgres', async (db) => {
      const room = await roomOf(db, ada);
      await db.query('reset role; alter function realtime.send(jsonb, text, text, boolean) rename to gone');
      expect(await call(db, ada, `select body from send_message($1, 'kept')`, [room])).toEqual([
        { body: 'kept' },
      ]);
    }));

  test.each([
    ['private', 'not_allowed'],
    ['group', undefined],
  ])('who is in a %s room decides who sees it, hears it and speaks there', (kind, memberAdds) =>
    world(async (db) => {
      const room = await roomOf(db, ada, kind);
      const sees = async (user: string) =>
        (await call(db, user, 'select 1 from rooms where id = $1', [room])).length === 1;
      expect([await sees(ada), await sees(bob)]).toEqual([true, false]);
      expect(await refusal(db, bob, 'select join_room($1)', [room])).toEqual(['PT404', 'room_not_found']);
      expect(await refusal(db, bob, `select send_message($1, 'x')`, [room])).toEqual([
        'PT404',
        'room_not_found',
      ]);
      await call(db, ada, 'select add_room_member($1, $2)', [room, bob]);
      expect(await sees(bob)).toBe(true);
      await call(db, bob, `select send_message($1, 'x')`, [room]);
      const add = ['select add_room_member($1, $2)', [room, eve]] as const;
      if (memberAdds === undefined) await call(db, bob, add[0], [...add[1]]);
      else expect(await refusal(db, bob, add[0], [...add[1]])).toEqual(['PT403', memberAdds]);
      expect(await refusal(db, bob, 'select remove_room_member($1, $2)', [room, ada])).toEqual([
        'PT403',
        'not_allowed',
      ]);
      expect(await call(db, bob, 'select kind, data from notifications')).toMatchObject([
        { kind: 'room_invitation', data: { room_id: room, by: ada } },
      ]);
      expect(await call(db, ada, 'select kind from notifications')).toEqual([]);
    }),
  );

  test('a public room is open, and goes on without its owner', () =>
    world(async (db) => {
      const room = await roomOf(db, ada);
      expect(await refusal(db, bob, `select send_message($1, 'x')`, [room])).toEqual([
        'PT403',
        'not_a_member',
      ]);
      await call(db, bob, 'select join_room($1)', [room]);
      await call(db, bob, 'select join_room($1)', [room]);
      await call(db, bob, `select send_message($1, 'x')`, [room]);
      await call(db, ada, 'select leave_room($1)', [room]);
      expect(
        await call(db, bob, 'select user_id, role from room_members where room_id = $1', [room]),
      ).toEqual([{ user_id: bob, role: 'owner' }]);
      expect((await told(db, `room:${room}`)).map(({ event }) => event)).toEqual([
        'member_joined',
        'message',
        'member_left',
      ]);
    }));

  test('nobody writes past the functions', () =>
    world(async (db) => {
      const room = await roomOf(db, ada);
      await db.query(`select set_config('realtime.topic', $1, true)`, [`room:${room}`]);
      for (const statement of [
        `insert into messages (room_id, user_id, body) values ('${room}', '${ada}', 'x')`,
        `update rooms set name = 'x'`,
        `delete from room_members`,
        `update auctions set current_bid = 1`,
        `insert into realtime.messages (topic, extension, event) values ('room:${room}', 'broadcast', 'message')`,
        `select notify_user('${bob}', 'x')`,
        `select messaging.notify('${bob}', 'x', '{}')`,
      ]) {
        await db.query('savepoint before');
        await expect(call(db, ada, statement), statement).rejects.toMatchObject({ code: '42501' });
        await db.query('rollback to before');
      }
      await become(db, ada);
      const live = `room:${room}:live`;
      await db.query(`select set_config('realtime.topic', $1, true)`, [live]);
      await db.query(
        `insert into realtime.messages (topic, extension, event) values ($1, 'broadcast', 'typing')`,
        [live],
      );
      await become(db, bob);
      await expect(
        db.query(
          `insert into realtime.messages (topic, extension, event) values ($1, 'broadcast', 'typing')`,
          [live],
        ),
      ).rejects.toMatchObject({ code: '42501' });
    }));

  test('history is paged by its index, both ways', () =>
    world(async (db) => {
      const room = await roomOf(db, ada);
      await become(db, undefined);
      for (const body of 'abcdef') await db.query('select send_message($1, $2)', [room, body]);
      const page = async (args: string) => {
        const rows = await call(db, ada, `select id, body from room_history($1, ${args})`, [room]);
        return rows.map(({ body }) => body).join('');
      };
      const [third] = await call(db, ada, `select id from messages where room_id = $1 and body = 'c'`, [
        room,
      ]);
      expect(await page('page => 2')).toBe('fe');
      expect(await page(`before => ${third?.id}`)).toBe('ba');
      expect(await page(`after => ${third?.id}, page => 2`)).toBe('de');
      await db.query('set local enable_seqscan = off; set local enable_sort = off');
      const plan = await call(
        db,
        undefined,
        'explain select * from messages where room_id = $1 and id < 9 order by id desc limit 5'.replace(
          '$1',
          `'${room}'`,
        ),
      );
      expect(JSON.stringify(plan)).toContain('messages_room_id_index');
    }));

  test('a bid is at least 1 % over the last, at most 1000000, in time, once for its key, and never the seller’s', () =>
    world(async (db) => {
      const [auction] = await call(
        db,
        ada,
        `select (create_auction('a lamp', 10.01, clock_timestamp() + interval '1 hour')).id`,
      );
      const bid = (amount: string, key = 'null') =>
        `select amount from place_bid('${auction?.id}', ${amount}, ${key})`;
      expect(await refusal(db, bob, bid('10'))).toEqual(['PT409', 'bid_too_low', '10.01']);
      expect(await call(db, bob, bid('10.01', `'k'`))).toEqual([{ amount: '10.01' }]);
      expect(await call(db, bob, bid('10.01', `'k'`))).toEqual([{ amount: '10.01' }]);
      expect(await refusal(db, eve, bid('10.11'))).toEqual(['PT409', 'bid_too_low', '10.12']);
      expect(await call(db, eve, bid('10.12'))).toEqual([{ amount: '10.12' }]);
      expect(await refusal(db, eve, bid('1000000.01'))).toEqual(['PT422', 'bid_too_high', '1000000']);
      expect(await refusal(db, eve, bid('11.001'))).toEqual(['PT422', 'invalid']);
      expect(await refusal(db, ada, bid('20'))).toEqual(['PT403', 'own_auction']);
      expect(await call(db, eve, bid('1000000'))).toEqual([{ amount: '1000000.00' }]);
      expect(await refusal(db, bob, bid('1000000'))).toEqual(['PT409', 'bid_too_low', '1010000.00']);
      expect(await call(db, bob, 'select kind, data from notifications')).toMatchObject([
        { kind: 'outbid', data: { amount: 10.12, minimum: 10.23 } },
      ]);
      expect(await refusal(db, bob, `select end_auction('${auction?.id}')`)).toEqual([
        'PT403',
        'not_allowed',
      ]);
      const end = `select status, current_bidder_id as winner, current_bid as amount from end_auction('${auction?.id}')`;
      const ended = [{ status: 'ended', winner: eve, amount: '1000000.00' }];
      expect(await call(db, ada, end)).toEqual(ended);
      expect(await call(db, bob, end)).toEqual(ended);
      expect(await refusal(db, bob, bid('1000000'))).toEqual(['PT409', 'auction_ended']);
      const events = (await told(db, `auction:${auction?.id}`)).map(({ event }) => event);
      expect(events).toEqual(['bid', 'bid', 'bid', 'ended']);
    }));

  test('a late bid moves the end by 30 seconds, an early one does not', () =>
    world(async (db) => {
      const create = (ends: string) =>
        call(
          db,
          ada,
          `select id, ends_at::text from create_auction('a lamp', 1, clock_timestamp() + interval '${ends}')`,
        );
      for (const [ends, moved] of [
        ['29 seconds', 30],
        ['35 seconds', 0],
      ] as const) {
        const [auction] = await create(ends);
        await call(db, bob, `select place_bid($1, 5)`, [auction?.id]);
        const query =
          'select extract(epoch from ends_at - $2::timestamptz)::float as moved from auctions where id = $1';
        const [row] = await call(db, bob, query, [auction?.id, auction?.ends_at]);
        expect(row?.moved).toBe(moved);
      }
    }));
});
