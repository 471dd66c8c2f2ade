-- Functions belong to the owner of the project's data; the tables are theirs, so no policy holds them up. Only who is
-- signed in may call those that change something; the server alone may notify at will.
do $$
declare
  target record;
begin
  for target in
    select p.oid::regprocedure as name, n.nspname as schema, p.proname, p.proowner
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where n.nspname = 'messaging'
      or n.nspname = 'public' and p.proname in (
        'create_room', 'join_room', 'leave_room', 'add_room_member', 'remove_room_member', 'send_message',
        'room_history', 'notify_user', 'create_auction', 'place_bid', 'end_auction'
      )
  loop
    if target.proowner <> '{{role:postgres}}'::regrole then
      execute format('alter function %s owner to {{role:postgres}}', target.name);
    end if;
    if has_function_privilege('anon', target.name, 'execute') then
      execute format('revoke all on function %s from public, anon, authenticated', target.name);
    end if;
    -- Policies ask these as the caller; the rest of the schema is called by the functions alone.
    if target.schema = 'public' and target.proname <> 'notify_user'
      or target.proname in ('is_member', 'may_read', 'may_hear', 'may_speak')
    then
      execute format('grant execute on function %s to authenticated', target.name);
    end if;
    execute format('grant execute on function %s to service_role', target.name);
  end loop;
end
$$;

-- Changes of rows are the backup of what is broadcast.
do $$
declare
  name text;
begin
  if not exists (select from pg_publication where pubname = 'supabase_realtime' and not puballtables) then
    return;
  end if;
  foreach name in array array['room_members', 'messages', 'notifications', 'auctions', 'bids']
  loop
    if not exists (
      select from pg_publication_tables
      where pubname = 'supabase_realtime' and schemaname = 'public' and tablename = name
    ) then
      execute format('alter publication supabase_realtime add table public.%I', name);
    end if;
  end loop;
end
$$;
