-- Whether the caller belongs to a room; past the policies, which ask this.
create or replace function messaging.is_member(room uuid) returns boolean
language sql stable security definer set search_path = '' as $$
  select exists (
    select from public.room_members where room_id = room and user_id = (select auth.uid())
  )
$$;

-- Public rooms are open to everybody who is signed in.
create or replace function messaging.may_read(room uuid) returns boolean
language sql stable security definer set search_path = '' as $$
  select exists (select from public.rooms where id = room and kind = 'public') or messaging.is_member(room)
$$;

-- `room:<id>`, `auction:<id>` and `user:<id>` are what the database tells; nobody else can speak there. With one more
-- part, `live`, a room's or auction's topic is the callers' own, for typing indicators and presence.
create or replace function messaging.parts_of(topic text) returns text[]
language sql immutable set search_path = '' as $$
  select regexp_match(topic, '^(room|auction|user):([0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})(?:[:](live))?$')
$$;

create or replace function messaging.may_hear(topic text) returns boolean
language plpgsql stable security definer set search_path = '' as $$
declare
  part text[] := messaging.parts_of(topic);
begin
  return case part[1]
    when 'room' then messaging.may_read(part[2]::uuid)
    when 'auction' then exists (
      select from public.auctions where id = part[2]::uuid and (room_id is null or messaging.may_read(room_id))
    )
    when 'user' then part[2]::uuid = auth.uid() and part[3] is null
    else false
  end;
end
$$;

create or replace function messaging.may_speak(topic text) returns boolean
language plpgsql stable security definer set search_path = '' as $$
declare
  part text[] := messaging.parts_of(topic);
begin
  return case
    when part[3] is null then false
    when part[1] = 'room' then messaging.is_member(part[2]::uuid)
    else messaging.may_hear(topic)
  end;
end
$$;

do $$
declare
  target record;
begin
  for target in
    select c.oid::regclass as name, c.relowner, c.relrowsecurity
    from unnest(array[
      'rooms', 'room_members', 'messages', 'notifications', 'auctions', 'bids'
    ]) as wanted join pg_class c on c.oid = ('public.' || wanted)::regclass
  loop
    if target.relowner <> '{{role:postgres}}'::regrole then
      execute format('alter table %s owner to {{role:postgres}}', target.name);
    end if;
    if not target.relrowsecurity then
      execute format('alter table %s enable row level security', target.name);
    end if;
    perform extensions.bypass_rls(target.name);
    if has_table_privilege('authenticated', target.name, 'insert') then
      execute format('revoke all on %s from anon, authenticated', target.name);
    end if;
    execute format('grant select on %s to authenticated', target.name);
    execute format('grant all on %s to service_role', target.name);
  end loop;
end
$$;

-- What a user may change by themselves; all else goes through the functions.
grant update (read_at) on public.notifications to authenticated;

do $$
declare
  wanted record;
begin
  for wanted in
    select *
    from (values
      ('rooms_are_read', 'public.rooms', 'select', 'using', $sql$kind = 'public' or messaging.is_member(id)$sql$),
      ('members_are_read', 'public.room_members', 'select', 'using', $sql$messaging.may_read(room_id)$sql$),
      ('messages_are_read', 'public.messages', 'select', 'using', $sql$messaging.may_read(room_id)$sql$),
      ('notifications_are_read', 'public.notifications', 'select', 'using', $sql$user_id = (select auth.uid())$sql$),
      ('notifications_are_noted', 'public.notifications', 'update', 'using', $sql$user_id = (select auth.uid())$sql$),
      ('auctions_are_read', 'public.auctions', 'select', 'using',
        $sql$room_id is null or messaging.may_read(room_id)$sql$),
      ('bids_are_read', 'public.bids', 'select', 'using',
        $sql$exists (select from public.auctions where auctions.id = bids.auction_id)$sql$),
      ('messaging_is_heard', 'realtime.messages', 'select', 'using',
        $sql$messaging.may_hear((select realtime.topic()))$sql$),
      ('messaging_is_spoken', 'realtime.messages', 'insert', 'with check',
        $sql$messaging.may_speak((select realtime.topic()))$sql$)
    ) as policy (name, target, command, clause, condition)
    where not exists (select from pg_policy where polrelid = target::regclass and polname = name)
  loop
    execute format(
      'create policy %I on %s for %s to authenticated %s (%s)',
      wanted.name, wanted.target, wanted.command, wanted.clause, wanted.condition
    );
  end loop;
end
$$;
