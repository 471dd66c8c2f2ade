create or replace function public.create_auction(
  title text, starting_price numeric, ends_at timestamptz, description text default '', metadata jsonb default '{}',
  room_id uuid default null
) returns public.auctions language plpgsql security definer set search_path = '' as $$
declare
  seller uuid := messaging.caller();
  made public.auctions;
begin
  if create_auction.room_id is not null and messaging.role_in(create_auction.room_id) is null then
    perform messaging.refuse('403', 'not_a_member', 'Join the room first.');
  end if;
  if create_auction.ends_at not between clock_timestamp() and clock_timestamp() + interval '90 days' then
    perform messaging.refuse('422', 'invalid', 'An auction ends within 90 days from now.');
  end if;
  insert into public.auctions (title, starting_price, ends_at, description, metadata, room_id, seller_id)
  values (
    create_auction.title, create_auction.starting_price, create_auction.ends_at, create_auction.description,
    create_auction.metadata, create_auction.room_id, seller
  )
  returning * into made;
  if made.room_id is not null then
    perform messaging.tell('room:' || made.room_id, 'auction_created', to_jsonb(made));
  end if;
  return made;
exception when check_violation or not_null_violation or numeric_value_out_of_range then
  perform messaging.refuse(
    '422', 'invalid', 'An auction has a title of 1 to 200 characters and a starting price of 0.01 to 1000000.'
  );
end
$$;

-- The auction, if the caller may know of it.
create or replace function messaging.known_auction(auction uuid) returns public.auctions
language plpgsql stable security definer set search_path = '' as $$
declare
  known public.auctions;
begin
  select * into known from public.auctions a
  where a.id = auction and (a.room_id is null or messaging.may_read(a.room_id));
  if not found then
    perform messaging.refuse('404', 'auction_not_found', 'There is no such auction.');
  end if;
  return known;
end
$$;

-- What of it everybody is told.
create or replace function messaging.told(auction public.auctions) returns jsonb
language sql stable set search_path = '' as $$
  select to_jsonb(auction) - array['description', 'metadata', 'title', 'created_at']
$$;

-- One statement decides and writes: two who bid at once wait for each other on the auction's row, and the second is
-- judged by what the first has left. A bid in the last 30 seconds moves the end 30 seconds on. With a key the same bid
-- is placed once, however often the client asks.
create or replace function public.place_bid(auction_id uuid, amount numeric, client_key text default null)
returns public.bids language plpgsql security definer set search_path = '' as $$
declare
  bidder uuid := messaging.caller();
  known public.auctions := messaging.known_auction(place_bid.auction_id);
  placed public.bids;
begin
  if amount is null or amount <> round(amount, 2) or amount <= 0 then
    perform messaging.refuse('422', 'invalid', 'A bid is a positive amount with at most two decimals.');
  end if;
  if amount > 1000000 then
    perform messaging.refuse('422', 'bid_too_high', 'A bid is at most 1000000.', '1000000');
  end if;
  if known.seller_id = bidder then
    perform messaging.refuse('403', 'own_auction', 'Nobody bids in an auction of their own.');
  end if;

  begin
    with decided as (
      update public.auctions a
      set current_bid = place_bid.amount,
        current_bidder_id = bidder,
        bid_count = a.bid_count + 1,
        ends_at = case
          when a.ends_at - clock_timestamp() <= interval '30 seconds' then a.ends_at + interval '30 seconds'
          else a.ends_at
        end
      where a.id = place_bid.auction_id
        and a.status = 'active'
        and a.ends_at > clock_timestamp()
        and a.minimum_bid <= place_bid.amount
      returning a.id
    )
    insert into public.bids (auction_id, bidder_id, amount, client_key)
    select decided.id, bidder, place_bid.amount, place_bid.client_key from decided
    returning * into placed;
  exception
    when unique_violation then
      null; -- it was placed before; what the statement did is undone
    when check_violation then
      perform messaging.refuse('422', 'invalid', 'A key has 1 to 100 characters.');
  end;

  if placed.id is null then
    select * into placed from public.bids b where b.bidder_id = bidder and b.client_key = place_bid.client_key;
    if found then
      if (placed.auction_id, placed.amount) is distinct from (place_bid.auction_id, place_bid.amount) then
        perform messaging.refuse('409', 'key_reused', 'The key was used for another bid.');
      end if;
      return placed;
    end if;
    select * into known from public.auctions a where a.id = place_bid.auction_id;
    if known.status <> 'active' or known.ends_at <= clock_timestamp() then
      perform messaging.refuse('409', 'auction_ended', 'The auction has ended.');
    end if;
    perform messaging.refuse(
      '409', 'bid_too_low', 'The next bid is at least ' || known.minimum_bid || '.', known.minimum_bid::text
    );
  end if;

  perform messaging.tell_bid(placed);
  return placed;
end
$$;

-- The auction's row is ours until the commit, so topics hear of bids in the order in which they were decided.
create or replace function messaging.tell_bid(bid public.bids) returns void
language plpgsql set search_path = '' as $$
declare
  auction public.auctions;
  beaten public.bids;
begin
  select * into auction from public.auctions a where a.id = bid.auction_id;
  perform messaging.tell(
    'auction:' || bid.auction_id, 'bid',
    jsonb_build_object('bid', to_jsonb(bid), 'auction', messaging.told(auction))
  );
  select * into beaten from public.bids b
  where b.auction_id = bid.auction_id and b.id < bid.id
  order by b.id desc limit 1;
  if beaten.bidder_id <> bid.bidder_id then
    perform messaging.notify(
      beaten.bidder_id, 'outbid',
      jsonb_build_object('auction_id', auction.id, 'title', auction.title, 'amount', bid.amount, 'minimum', auction.minimum_bid)
    );
  end if;
end
$$;

-- The seller (or the server) ends an auction when they like; anybody settles one whose time is over. Once ended, asking
-- again changes nothing.
create or replace function public.end_auction(auction_id uuid) returns public.auctions
language plpgsql security definer set search_path = '' as $$
declare
  is_server boolean := coalesce(auth.role() = 'service_role', false);
  ender uuid := case when not is_server then messaging.caller() end;
  ended public.auctions;
begin
  if not is_server then
    perform messaging.known_auction(end_auction.auction_id);
  end if;
  update public.auctions a set status = 'ended', ended_at = clock_timestamp()
  where a.id = end_auction.auction_id
    and a.status = 'active'
    and (is_server or a.seller_id = ender or a.ends_at <= clock_timestamp())
  returning * into ended;
  if found then
    perform messaging.tell('auction:' || ended.id, 'ended', jsonb_build_object('auction', messaging.told(ended)));
    if ended.current_bidder_id is not null then
      perform messaging.notify(
        ended.current_bidder_id, 'auction_won',
        jsonb_build_object('auction_id', ended.id, 'title', ended.title, 'amount', ended.current_bid)
      );
    end if;
    if ended.seller_id is not null then
      perform messaging.notify(
        ended.seller_id, 'auction_ended',
        jsonb_build_object('auction_id', ended.id, 'title', ended.title, 'amount', ended.current_bid)
      );
    end if;
    return ended;
  end if;
  select * into ended from public.auctions a where a.id = end_auction.auction_id;
  if ended.status = 'active' then
    perform messaging.refuse('403', 'not_allowed', 'The auction is still running; only its seller may end it.');
  end if;
  if ended.id is null then
    perform messaging.refuse('404', 'auction_not_found', 'There is no such auction.');
  end if;
  return ended;
end
$$;
