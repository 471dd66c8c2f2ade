import type { SupabaseClient } from '@supabase/supabase-js';
import { Auction } from './auction/auction.ts';
import { Room, type RoomOptions } from './room/room.ts';

export type { Auction, AuctionState } from './auction/auction.ts';
export type { AuctionStanding, Bid, Member, Message } from './messaging/rows.ts';
export type { Room, RoomOptions, RoomState } from './room/room.ts';
export { type NewMessage, readNewMessage } from './room/send-message.ts';
export { type OutboxStore, inMemory, inStorage } from './sending/outbox-store.ts';
export { Outbox, type Entry, type Outcome, type SendError, type Sent } from './sending/outbox.ts';
export { Observed } from './state/observed.ts';
export { Optimistic, type Committed, type OptimisticState } from './state/optimistic.ts';
export { SyncedRows, type RowsWanted, type SyncState } from './sync/synced-rows.ts';

const rooms = new WeakMap<SupabaseClient, Map<string, Room>>();
const auctions = new WeakMap<SupabaseClient, Map<string, Auction>>();

/** One of each for a client, since a client has one channel for a topic. */
function kept<Kind>(
  all: WeakMap<SupabaseClient, Map<string, Kind>>,
  client: SupabaseClient,
  id: string,
  make: () => Kind,
): Kind {
  const mine = all.get(client) ?? new Map<string, Kind>();
  all.set(client, mine);
  const one = mine.get(id) ?? make();
  mine.set(id, one);
  return one;
}

/** The room with this id; asked again, the same one, with the options of the first time. */
export function room(client: SupabaseClient, id: string, options: RoomOptions = {}): Room {
  return kept(rooms, client, id, () => new Room(client, id, options));
}

/** The auction with this id; asked again, the same one. */
export function auction(client: SupabaseClient, id: string): Auction {
  return kept(auctions, client, id, () => new Auction(client, id));
}
