import type { AuctionStanding, Bid } from '../messaging/rows.ts';

/** News may come twice and out of order. Bids only grow in number, and what has ended stays so. */
export function newerStanding(now: AuctionStanding | undefined, next: AuctionStanding): AuctionStanding {
  if (now === undefined) return next;
  if (next.bid_count !== now.bid_count) return next.bid_count > now.bid_count ? next : now;
  return now.status === 'active' && next.status === 'ended' ? next : now;
}

/** The latest first, each once, and no more than `most`. */
export function withBids(list: readonly Bid[], more: readonly Bid[], most: number): readonly Bid[] {
  const known = new Set(list.map(({ id }) => id));
  const fresh = more.filter(({ id }) => !known.has(id));
  if (fresh.length === 0) return list;
  return [...list, ...fresh].toSorted((a, b) => b.id - a.id).slice(0, most);
}
