import { useRealtimeSync, useSupabase } from '@baseplane/sdk/react';
import { useState } from 'react';
import { text } from '../../sign-in.tsx';

interface Listed extends Record<string, unknown> {
  readonly id: string;
  readonly title: string;
  readonly status: string;
  readonly current_bid: number | null;
  readonly starting_price: number;
}

/** All auctions, with the prices of now, and a form for a new one. */
export function Auctions(props: { readonly onEnter: (auctionId: string) => void }) {
  const supabase = useSupabase();
  const auctions = useRealtimeSync<Listed>({
    table: 'auctions',
    keyOf: (auction) => auction.id,
    load: () =>
      supabase
        .from('auctions')
        .select()
        .order('created_at', { ascending: false })
        .limit(50)
        .overrideTypes<Listed[], { merge: false }>(),
  });
  const [problem, setProblem] = useState<string>();
  async function create(form: FormData) {
    const minutes = Number(text(form, 'minutes'));
    const { data, error } = await supabase
      .rpc('create_auction', {
        title: text(form, 'title'),
        starting_price: Number(text(form, 'price')),
        ends_at: new Date(Date.now() + minutes * 60_000).toISOString(),
      })
      .single<Listed>();
    setProblem(error?.message);
    if (data !== null) props.onEnter(data.id);
  }
  return (
    <section aria-label="Auctions">
      <form action={create}>
        <label>
          What is for sale
          <input name="title" maxLength={200} required />
        </label>
        <label>
          Starting price
          <input name="price" type="number" min="0.01" step="0.01" defaultValue="10" required />
        </label>
        <label>
          Minutes
          <input name="minutes" type="number" min="1" max="1440" defaultValue="10" required />
        </label>
        <button type="submit">Offer</button>
      </form>
      {problem !== undefined && <p role="alert">{problem}</p>}
      <ul>
        {auctions.rows.map((auction) => (
          <li key={auction.id} className="row">
            <button type="button" onClick={() => props.onEnter(auction.id)}>
              {auction.title}
            </button>
            <span className="soft">
              {auction.status === 'ended' ? 'ended at' : 'at'}{' '}
              {money(auction.current_bid ?? auction.starting_price)}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

export const money = (amount: number) => amount.toFixed(2);
