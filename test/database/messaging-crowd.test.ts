import { randomUUID } from 'node:crypto';
import { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { databaseScripts } from '../../templates/database/scripts.ts';
import { apply, supabaseAdmin } from './callers.ts';
import { postgresAvailable } from './cluster.ts';
import { createProject, type Project } from './project.ts';

const CONNECTIONS = 30;

const Refusal = z.object({ hint: z.string() });
const Bid = z.object({ bidder_id: z.string(), amount: z.coerce.number(), at: z.coerce.number() });
const Auction = z.object({
  winner: z.string(),
  amount: z.coerce.number(),
  count: z.number(),
  ends: z.coerce.number(),
});

/** Everybody at once, over as many connections as a project may have. */
describe.runIf(postgresAvailable)('a crowd', () => {
  let project: Project;
  let pool: Pool;
  const people = Array.from({ length: 1000 }, () => randomUUID());
  const [seller = ''] = people;
  const bidders = people.slice(1);

  beforeAll(async () => {
    project = await createProject(supabaseAdmin);
    const setup = await project.cluster.connect(supabaseAdmin.user, 'project');
    await apply(setup, databaseScripts(['messaging']));
    await setup.query('insert into auth.users (id) select unnest($1::uuid[])', [people]);
    await setup.end();
    pool = new Pool({
      host: project.cluster.host,
      user: 'light_user',
      database: 'project',
      max: CONNECTIONS,
    });
  });

  afterAll(async () => {
    await pool.end();
    await project[Symbol.asyncDispose]();
  });

  /** What the API does for a request of a user. */
  async function call(user: string, statement: string, values: unknown[]): Promise<Record<string, unknown>> {
    const client = await pool.connect();
    try {
      await client.query('begin');
      await client.query(
        `select set_config('role', 'authenticated', true), set_config('request.jwt.claims', $1, true)`,
        [JSON.stringify({ role: 'authenticated', sub: user })],
      );
      const { rows } = await client.query<Record<string, unknown>>(statement, values);
      await client.query('commit');
      return rows[0] ?? {};
    } catch (error) {
      await client.query('rollback');
      throw error;
    } finally {
      client.release();
    }
  }

  /** How many were refused, by the reason. */
  function refusals(outcomes: readonly PromiseSettledResult<unknown>[]): Record<string, number> {
    const counted: Record<string, number> = {};
    for (const outcome of outcomes) {
      if (outcome.status === 'fulfilled') continue;
      const { hint } = Refusal.parse(outcome.reason);
      counted[hint] = (counted[hint] ?? 0) + 1;
    }
    return counted;
  }

  test('of a thousand bidders one wins, each bid beats the one before, and the end moves by the rule', async () => {
    const { id } = await call(
      seller,
      `select id from create_auction('a lamp', 1, now() + interval '25 seconds')`,
      [],
    );
    const start = await call(
      seller,
      `select extract(epoch from ends_at) as ends from auctions where id = $1`,
      [id],
    );
    // In an order of its own, so that high bids come early and late.
    const bids = bidders.map((bidder, at) => ({ bidder, amount: 1 + ((at * 7919) % 1000) }));
    const outcomes = await Promise.allSettled(
      bids.map(({ bidder, amount }) => call(bidder, 'select place_bid($1, $2)', [id, amount])),
    );
    const [auction, placed] = await project.as('postgres', async (db) => [
      Auction.parse(
        (
          await db.query(
            `select current_bidder_id as winner, current_bid as amount, bid_count as count,
               extract(epoch from ends_at) as ends from auctions where id = $1`,
            [id],
          )
        ).rows[0],
      ),
      z
        .array(Bid)
        .parse(
          (
            await db.query(
              `select bidder_id, amount, extract(epoch from created_at) as at from bids where auction_id = $1 order by id`,
              [id],
            )
          ).rows,
        ),
    ]);
    const last = placed.at(-1);
    expect([auction.winner, auction.amount]).toEqual([last?.bidder_id, last?.amount]);
    // Nobody is left who would have beaten the winner.
    expect(Math.max(...bids.map(({ amount }) => amount)) * 100).toBeLessThan(auction.amount * 101);
    expect(auction.count).toBe(placed.length);
    expect(refusals(outcomes)).toEqual({ bid_too_low: bids.length - placed.length });
    for (const [at, { amount }] of placed.entries()) {
      const before = placed[at - 1];
      if (before !== undefined) expect(amount * 100).toBeGreaterThanOrEqual(Math.ceil(before.amount * 101));
    }
    let ends = Number(start['ends']);
    for (const { at } of placed) if (ends - at <= 30) ends += 30;
    expect(auction.ends).toBeCloseTo(ends, 5);
    const told = await project.as('postgres', (db) =>
      db.query(
        `select payload -> 'bid' ->> 'amount' as amount from realtime.messages
         where topic = 'auction:' || $1 order by inserted_at`,
        [id],
      ),
    );
    expect(told.rows.map(({ amount }) => Number(amount))).toEqual(placed.map(({ amount }) => amount));
  });

  test('of 200 messages that one user sends at once 100 are taken', async () => {
    const { id } = await call(seller, `select id from create_room('a room')`, []);
    const outcomes = await Promise.allSettled(
      Array.from({ length: 200 }, (_, at) => call(seller, 'select send_message($1, $2)', [id, String(at)])),
    );
    expect(refusals(outcomes)).toEqual({ rate_limited: 100 });
    const kept = await call(seller, 'select count(*)::int as count from messages where room_id = $1', [id]);
    expect(kept).toEqual({ count: 100 });
  });

  test('200 who send at once are all heard, in the order of their commits, and a key is kept once', async () => {
    const senders = bidders.slice(0, 200);
    const { id } = await call(senders[0] ?? '', `select id from create_room('a crowd')`, []);
    await Promise.all(senders.map((sender) => call(sender, 'select join_room($1)', [id])));
    const sent = await Promise.all(
      senders.flatMap((sender) => {
        const send = () =>
          call(sender, `select id from send_message($1, 'hello', client_key => 'once')`, [id]).then(
            (row) => row['id'],
          );
        return [send(), send()];
      }),
    );
    expect(new Set(sent).size).toBe(200);
    const told = await project.as('postgres', (db) =>
      db.query(
        `select (payload ->> 'id')::int as id from realtime.messages
         where topic = 'room:' || $1 and event = 'message' order by inserted_at`,
        [id],
      ),
    );
    const ids = told.rows.map((row) => Number(row.id));
    expect(ids).toHaveLength(200);
    expect(ids).toEqual(ids.toSorted((one, other) => one - other));
  });
});
