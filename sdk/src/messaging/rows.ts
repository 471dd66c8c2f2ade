/** Rows of the messaging pack, as its functions answer and its topics tell them. */

type Json = Readonly<Record<string, unknown>>;

export interface Message {
  /** Grows within a room in the order of commits. */
  readonly id: number;
  readonly room_id: string;
  /** Null: the server has written it, or its author is gone. */
  readonly user_id: string | null;
  readonly type: string;
  readonly body: string;
  readonly metadata: Json;
  readonly client_key: string | null;
  /** ISO 8601 */
  readonly created_at: string;
}

export interface Member {
  readonly room_id: string;
  readonly user_id: string;
  readonly role: 'owner' | 'moderator' | 'member';
  readonly joined_at: string;
}

/** What of an auction changes; the rest is in its row. */
export interface AuctionStanding {
  readonly id: string;
  readonly seller_id: string | null;
  readonly starting_price: number;
  readonly current_bid: number | null;
  readonly current_bidder_id: string | null;
  /** The lowest bid that is taken next. */
  readonly minimum_bid: number;
  readonly bid_count: number;
  readonly status: 'active' | 'ended';
  readonly ends_at: string;
  readonly ended_at: string | null;
}

export interface Bid {
  readonly id: number;
  readonly auction_id: string;
  readonly bidder_id: string | null;
  readonly amount: number;
  readonly client_key: string | null;
  readonly created_at: string;
}

const isRecord = (value: unknown): value is Json => typeof value === 'object' && value !== null;
const isText = (value: unknown): value is string => typeof value === 'string';
const isTextOrNull = (value: unknown): value is string | null => value === null || isText(value);
const isNumber = (value: unknown): value is number => typeof value === 'number';
const isRole = (value: unknown): value is Member['role'] =>
  value === 'owner' || value === 'moderator' || value === 'member';

/** Of any of these: undefined where it is something else, or was cut to fit a broadcast. */
export function readMessage(value: unknown): Message | undefined {
  if (!isRecord(value)) return undefined;
  const { id, room_id, user_id = null, type, body, metadata, client_key = null, created_at } = value;
  return isNumber(id) &&
    isText(room_id) &&
    isTextOrNull(user_id) &&
    isText(type) &&
    isText(body) &&
    isRecord(metadata) &&
    isTextOrNull(client_key) &&
    isText(created_at)
    ? { id, room_id, user_id, type, body, metadata, client_key, created_at }
    : undefined;
}

export function readMember(value: unknown): Member | undefined {
  if (!isRecord(value)) return undefined;
  const { room_id, user_id, role, joined_at } = value;
  return isText(room_id) && isText(user_id) && isRole(role) && isText(joined_at)
    ? { room_id, user_id, role, joined_at }
    : undefined;
}

export function readStanding(value: unknown): AuctionStanding | undefined {
  if (!isRecord(value)) return undefined;
  const { id, seller_id = null, starting_price, current_bid = null, current_bidder_id = null } = value;
  const { minimum_bid, bid_count, status, ends_at, ended_at = null } = value;
  return isText(id) &&
    isTextOrNull(seller_id) &&
    isNumber(starting_price) &&
    (current_bid === null || isNumber(current_bid)) &&
    isTextOrNull(current_bidder_id) &&
    isNumber(minimum_bid) &&
    isNumber(bid_count) &&
    (status === 'active' || status === 'ended') &&
    isText(ends_at) &&
    isTextOrNull(ended_at)
    ? {
        id,
        seller_id,
        starting_price,
        current_bid,
        current_bidder_id,
        minimum_bid,
        bid_count,
        status,
        ends_at,
        ended_at,
      }
    : undefined;
}

export function readBid(value: unknown): Bid | undefined {
  if (!isRecord(value)) return undefined;
  const { id, auction_id, bidder_id = null, amount, client_key = null, created_at } = value;
  return isNumber(id) &&
    isText(auction_id) &&
    isTextOrNull(bidder_id) &&
    isNumber(amount) &&
    isTextOrNull(client_key) &&
    isText(created_at)
    ? { id, auction_id, bidder_id, amount, client_key, created_at }
    : undefined;
}

/** Each that can be read of a list. */
export function readAll<Row>(value: unknown, read: (value: unknown) => Row | undefined): readonly Row[] {
  return Array.isArray(value) ? value.flatMap((item) => read(item) ?? []) : [];
}

/** The id of a row that was cut to fit a broadcast: it is to be read from its table. */
export function truncatedId(value: unknown): number | undefined {
  return isRecord(value) && value['truncated'] === true && isNumber(value['id']) ? value['id'] : undefined;
}

export function field(value: unknown, name: string): unknown {
  return isRecord(value) ? value[name] : undefined;
}
