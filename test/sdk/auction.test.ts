import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Auction } from '../../sdk/src/auction/auction.ts';
import { auction } from '../../sdk/src/index.ts';
import { MessagingCloud, type Person } from './people.ts';

let talk: MessagingCloud;
let seller: Person;
let ann: Person;
let ben: Person;
const closing: (() => Promise<void>)[] = [];

const opened = async (person: Person, id: string): Promise<Auction> => {
  const one = auction(person.client, id);
  closing.push(one.open());
  await expect.poll(() => one.state.get(), { timeout: 10_000 }).toMatchObject({ status: 'live' });
  return one;
};

async function offer(): Promise<string> {
  const offered = await seller.client
    .rpc('create_auction', {
      title: 'A chair',
      starting_price: 10,
      ends_at: new Date(Date.now() + 3_600_000).toISOString(),
    })
    .single<{ id: string }>();
  return offered.data?.id ?? '';
}

beforeAll(async () => {
  talk = await MessagingCloud.start();
  [seller, ann, ben] = await Promise.all([talk.person('sue'), talk.person('ann'), talk.person('ben')]);
});

afterAll(async () => {
  for (const close of closing) await close();
  await talk.cloud.destroy();
});

describe('an auction', () => {
  it('shows everybody each bid once, and tells who was too low by how much', async () => {
    const id = await offer();
    const [anns, bens] = [await opened(ann, id), await opened(ben, id)];
    expect(await anns.bid(10)).toMatchObject({ ok: true, value: { amount: 10, bidder_id: ann.id } });
    expect(await bens.bid(10.05)).toMatchObject({
      ok: false,
      error: { code: 'PT409', hint: 'bid_too_low', message: expect.stringContaining('10.10') },
    });
    expect(await bens.bid(10.1)).toMatchObject({ ok: true });
    for (const one of [anns, bens]) {
      await expect
        .poll(() => one.state.get())
        .toMatchObject({
          standing: { current_bid: 10.1, current_bidder_id: ben.id, bid_count: 2 },
          bids: [{ amount: 10.1 }, { amount: 10 }],
          placing: [],
        });
    }
  });

  it('gives the one price to one of two who bid at once', async () => {
    const id = await offer();
    const [anns, bens] = [await opened(ann, id), await opened(ben, id)];
    const outcomes = await Promise.all([anns.bid(25), bens.bid(25)]);
    expect(outcomes.filter((outcome) => outcome.ok)).toHaveLength(1);
    await expect.poll(() => bens.state.get().bids).toHaveLength(1);
  });

  it('tells those who watch that it has ended', async () => {
    const id = await offer();
    const [anns, sues] = [await opened(ann, id), await opened(seller, id)];
    await anns.bid(50);
    expect(await anns.end()).toMatchObject({ ok: false, error: { hint: 'not_allowed' } });
    expect(await sues.end()).toMatchObject({ ok: true, value: { status: 'ended' } });
    await expect.poll(() => anns.state.get().standing?.status).toBe('ended');
    expect(await anns.bid(60)).toMatchObject({ ok: false, error: { hint: 'auction_ended' } });
  });
});
