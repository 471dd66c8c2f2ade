import { useAuction, useOptimisticUpdate } from '@baseplane/sdk/react';
import type { AuctionStanding, SendError } from '@baseplane/sdk';
import type { User } from '@supabase/supabase-js';
import { useEffect, useState } from 'react';
import { text } from '../../sign-in.tsx';
import { money } from './auctions.tsx';

export function AuctionPage(props: {
  readonly auctionId: string;
  readonly user: User;
  readonly onLeave: () => void;
}) {
  const { user } = props;
  const auction = useAuction(props.auctionId);
  const shown = useOptimisticUpdate<AuctionStanding | undefined, SendError>(auction.standing);
  const seconds = useSecondsUntil(shown.value?.ends_at);
  const standing = shown.value;
  if (standing === undefined) {
    return <p role="status">{auction.error ?? 'Looking at the auction …'}</p>;
  }
  const isOver = standing.status === 'ended' || seconds <= 0;
  const isMine = standing.seller_id === user.id;
  async function bid(form: FormData) {
    const amount = Number(text(form, 'amount'));
    // Shown as ours at once, and taken back if somebody was faster.
    await shown.update(
      (now) => now && { ...now, current_bid: amount, current_bidder_id: user.id },
      () => auction.bid(amount),
    );
  }
  return (
    <section aria-label="Auction">
      <button type="button" onClick={props.onLeave}>
        All auctions
      </button>
      <p className="price" aria-label="Current price">
        {money(standing.current_bid ?? standing.starting_price)}
      </p>
      <p role="status">
        {isOver ? 'The auction is over.' : `${seconds} seconds left.`}{' '}
        {standing.current_bidder_id === user.id && (isOver ? 'You have won.' : 'The highest bid is yours.')}
      </p>
      {!isOver && !isMine && (
        <form action={bid}>
          <label>
            Your bid, {money(standing.minimum_bid)} or more
            <input
              key={standing.minimum_bid}
              name="amount"
              type="number"
              step="0.01"
              defaultValue={money(standing.minimum_bid)}
              required
            />
          </label>
          <button type="submit">Bid</button>
        </form>
      )}
      {isMine && standing.status === 'active' && (
        <button type="button" onClick={() => void auction.end()}>
          End the auction
        </button>
      )}
      {shown.failure !== undefined && <p role="alert">{shown.failure.message}</p>}
      <ol aria-label="Bids">
        {auction.bids.map((placed) => (
          <li key={placed.id}>
            {money(placed.amount)}{' '}
            <span className="soft">{placed.bidder_id === user.id ? 'you' : 'somebody'}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}

/** Counted anew every second. */
function useSecondsUntil(instant: string | undefined): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return instant === undefined ? 0 : Math.ceil((Date.parse(instant) - now) / 1000);
}
