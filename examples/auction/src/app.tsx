import { useState } from 'react';
import { SignedIn } from '../../sign-in.tsx';
import { AuctionPage } from './auction-page.tsx';
import { Auctions } from './auctions.tsx';

export function App() {
  const [auctionId, setAuctionId] = useState<string>();
  return (
    <main>
      <h1>Auction</h1>
      <SignedIn>
        {(user) =>
          auctionId === undefined ? (
            <Auctions onEnter={setAuctionId} />
          ) : (
            <AuctionPage auctionId={auctionId} user={user} onLeave={() => setAuctionId(undefined)} />
          )
        }
      </SignedIn>
    </main>
  );
}
