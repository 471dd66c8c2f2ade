import type { RealtimeChannel, SupabaseClient } from '@supabase/supabase-js';
import { call, once } from '../messaging/call.ts';
import { type AuctionStanding, type Bid, field, readAll, readBid, readStanding } from '../messaging/rows.ts';
import { type Entry, Outbox, type Sent } from '../sending/outbox.ts';
import { inMemory } from '../sending/outbox-store.ts';
import { Observed } from '../state/observed.ts';
import { openDualChannel } from '../sync/dual-channel.ts';
import { SharedOpening } from '../sync/shared-opening.ts';
import { newerStanding, withBids } from './standing.ts';

export interface AuctionState {
  /** `live`: nothing is missing. `behind`: the connection is gone; what was there is kept, and it is taken up again. */
  readonly status: 'closed' | 'joining' | 'live' | 'behind';
  /** Why it is not live, where that is known. */
  readonly error: string | undefined;
  readonly standing: AuctionStanding | undefined;
  /** The latest, highest first. */
  readonly bids: readonly Bid[];
  /** Amounts placed here that are not answered yet. */
  readonly placing: readonly Entry<number>[];
}

/** How many bids are fetched and kept. */
const BIDS = 50;

const CLOSED: AuctionState = {
  status: 'closed',
  error: undefined,
  standing: undefined,
  bids: [],
  placing: [],
};

/** An auction of the messaging pack, followed while it is open. The database alone decides who wins. */
export class Auction {
  readonly id: string;
  readonly state = new Observed<AuctionState>(CLOSED);
  readonly #client: SupabaseClient;
  readonly #opening = new SharedOpening({ open: () => this.#start(), close: () => this.#stop() });
  readonly #outbox: Outbox<number, Bid>;
  #channel: RealtimeChannel | undefined;

  constructor(client: SupabaseClient, id: string) {
    this.#client = client;
    this.id = id;
    this.#outbox = new Outbox<number, Bid>({
      // A bid that outlasts the page would be placed when nobody expects it any more.
      store: inMemory(),
      send: async ({ key, body: amount }) => {
        const outcome = await call(client, 'place_bid', { auction_id: id, amount, client_key: key }, readBid);
        if (outcome.kind === 'done') this.#putBids([outcome.value]);
        return outcome;
      },
    });
    this.#outbox.entries.subscribe(() => this.#set({ placing: this.#outbox.entries.get() }));
  }

  /** Follows the auction until the function that it answers is called. Several may have it open. */
  open(): () => Promise<void> {
    return this.#opening.take();
  }

  /** Placed once, however often it has to be sent. A refusal says by its hint why: `bid_too_low`, `auction_ended`, … */
  bid(amount: number): Promise<Sent<Bid>> {
    return this.#outbox.post(amount).sent;
  }

  /** The seller ends it at any time, anybody once its time is over. */
  async end(): Promise<Sent<AuctionStanding>> {
    const ended = once(await call(this.#client, 'end_auction', { auction_id: this.id }, readStanding));
    if (ended.ok) this.#putStanding(ended.value);
    return ended;
  }

  async #start(): Promise<void> {
    this.#set({ ...CLOSED, status: 'joining', placing: this.#outbox.entries.get() });
    this.#channel = openDualChannel(this.#client, {
      topic: `auction:${this.id}`,
      events: {
        bid: (payload) => {
          this.#putStanding(readStanding(field(payload, 'auction')));
          this.#putBids(readAll([field(payload, 'bid')], readBid));
        },
        ended: (payload) => this.#putStanding(readStanding(field(payload, 'auction'))),
      },
      changes: [
        {
          table: 'auctions',
          filter: `id=eq.${this.id}`,
          put: (row) => this.#putStanding(readStanding(row)),
        },
        {
          table: 'bids',
          filter: `auction_id=eq.${this.id}`,
          put: (row) => this.#putBids(readAll([row], readBid)),
        },
      ],
      onLive: () => void this.#catchUp(),
      onBehind: (error) => this.#set({ status: 'behind', error }),
    });
  }

  async #stop(): Promise<void> {
    if (this.#channel) await this.#client.removeChannel(this.#channel);
    this.#channel = undefined;
    this.#set({ status: 'closed' });
  }

  async #catchUp(): Promise<void> {
    this.#outbox.retry();
    const [auction, bids] = await Promise.all([
      this.#client.from('auctions').select().eq('id', this.id).maybeSingle(),
      this.#client
        .from('bids')
        .select()
        .eq('auction_id', this.id)
        .order('id', { ascending: false })
        .limit(BIDS),
    ]);
    const error = auction.error ?? bids.error;
    if (error !== null) return this.#set({ status: 'behind', error: error.message });
    if (auction.data === null) return this.#set({ status: 'behind', error: 'There is no such auction.' });
    this.#putStanding(readStanding(auction.data));
    this.#putBids(readAll(bids.data, readBid));
    this.#set({ status: 'live', error: undefined });
  }

  #putStanding(standing: AuctionStanding | undefined): void {
    if (standing === undefined) return;
    this.state.update((now) => {
      const newer = newerStanding(now.standing, standing);
      return newer === now.standing ? now : { ...now, standing: newer };
    });
  }

  #putBids(more: readonly Bid[]): void {
    this.state.update((now) => {
      const bids = withBids(now.bids, more, BIDS);
      return bids === now.bids ? now : { ...now, bids };
    });
  }

  #set(change: Partial<AuctionState>): void {
    this.state.update((now) => ({ ...now, ...change }));
  }
}
