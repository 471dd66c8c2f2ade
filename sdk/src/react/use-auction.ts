import { useEffect, useMemo, useSyncExternalStore } from 'react';
import { type Auction, type AuctionState, auction } from '../index.ts';
import { useSupabase } from './provider.tsx';

export interface UsedAuction extends AuctionState, Pick<Auction, 'bid' | 'end'> {}

/** An auction, followed while the component is there. */
export function useAuction(id: string): UsedAuction {
  const used = auction(useSupabase(), id);
  useEffect(() => {
    const close = used.open();
    return () => void close();
  }, [used]);
  const state = useSyncExternalStore(used.state.subscribe, used.state.get, used.state.get);
  const actions = useMemo(
    () => ({ bid: (amount: number) => used.bid(amount), end: () => used.end() }),
    [used],
  );
  return { ...state, ...actions };
}
