create table if not exists public.rooms (
  id uuid primary key default gen_random_uuid(),
  name text not null check (char_length(name) between 1 and 100),
  kind text not null check (kind in ('public', 'private', 'group')),
  metadata jsonb not null default '{}' check (jsonb_typeof(metadata) = 'object' and octet_length(metadata::text) <= 4096),
  created_by uuid references auth.users (id) on delete set null,
  created_at timestamptz not null default now(),
  last_message_at timestamptz
);
create index if not exists rooms_created_by_index on public.rooms (created_by);

create table if not exists public.room_members (
  room_id uuid not null references public.rooms (id) on delete cascade,
  user_id uuid not null references auth.users (id) on delete cascade,
  role text not null default 'member' check (role in ('owner', 'moderator', 'member')),
  joined_at timestamptz not null default now(),
  primary key (room_id, user_id)
);
create index if not exists room_members_user_id_index on public.room_members (user_id);

-- Within a room ids are in the order of commits: who has read what comes after an id has missed nothing before it.
create table if not exists public.messages (
  id bigint generated always as identity primary key,
  room_id uuid not null references public.rooms (id) on delete cascade,
  user_id uuid references auth.users (id) on delete set null,
  type text not null default 'text' check (type ~ '^[a-z][a-z0-9_.-]{0,31}$'),
  body text not null check (char_length(body) <= 4000),
  metadata jsonb not null default '{}' check (jsonb_typeof(metadata) = 'object' and octet_length(metadata::text) <= 4096),
  client_key text check (char_length(client_key) between 1 and 100),
  created_at timestamptz not null default clock_timestamp()
);
create index if not exists messages_room_id_index on public.messages (room_id, id);
create index if not exists messages_user_id_index on public.messages (user_id, created_at);
create unique index if not exists messages_client_key_index on public.messages (user_id, client_key)
  where client_key is not null;

create table if not exists public.notifications (
  id bigint generated always as identity primary key,
  user_id uuid not null references auth.users (id) on delete cascade,
  kind text not null check (kind ~ '^[a-z][a-z0-9_.-]{0,31}$'),
  data jsonb not null default '{}' check (jsonb_typeof(data) = 'object' and octet_length(data::text) <= 4096),
  created_at timestamptz not null default clock_timestamp(),
  read_at timestamptz
);
create index if not exists notifications_user_id_index on public.notifications (user_id, id);

-- The lowest bid that is taken next: 1 % over the current one, in whole cents.
create table if not exists public.auctions (
  id uuid primary key default gen_random_uuid(),
  room_id uuid references public.rooms (id) on delete set null,
  seller_id uuid references auth.users (id) on delete set null,
  title text not null check (char_length(title) between 1 and 200),
  description text not null default '' check (char_length(description) <= 4000),
  metadata jsonb not null default '{}' check (jsonb_typeof(metadata) = 'object' and octet_length(metadata::text) <= 4096),
  starting_price numeric(9, 2) not null check (starting_price between 0.01 and 1000000),
  current_bid numeric(9, 2),
  current_bidder_id uuid references auth.users (id) on delete set null,
  minimum_bid numeric(9, 2) not null
    generated always as (coalesce(ceil(current_bid * 101) / 100, starting_price)) stored,
  bid_count integer not null default 0,
  status text not null default 'active' check (status in ('active', 'ended')),
  ends_at timestamptz not null,
  ended_at timestamptz,
  created_at timestamptz not null default now()
);
create index if not exists auctions_room_id_index on public.auctions (room_id);
create index if not exists auctions_seller_id_index on public.auctions (seller_id);
create index if not exists auctions_current_bidder_id_index on public.auctions (current_bidder_id);
create index if not exists auctions_ends_at_index on public.auctions (ends_at) where status = 'active';

create table if not exists public.bids (
  id bigint generated always as identity primary key,
  auction_id uuid not null references public.auctions (id) on delete cascade,
  bidder_id uuid references auth.users (id) on delete set null,
  amount numeric(9, 2) not null,
  client_key text check (char_length(client_key) between 1 and 100),
  created_at timestamptz not null default clock_timestamp()
);
create index if not exists bids_auction_id_index on public.bids (auction_id, id);
create unique index if not exists bids_client_key_index on public.bids (bidder_id, client_key);
