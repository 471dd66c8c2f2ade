-- What policies and triggers call; names, arguments and messages are Realtime's.
create or replace function realtime.topic() returns text language sql stable as $$
  select nullif(current_setting('realtime.topic', true), '')
$$;

-- Never fails what it is called from: a message that cannot be sent is a warning.
create or replace function realtime.send(payload jsonb, event text, topic text, private boolean default true)
returns void language plpgsql as $$
declare
  message uuid := gen_random_uuid();
begin
  perform set_config('realtime.topic', topic, true);
  insert into realtime.messages (id, payload, event, topic, private, extension)
  values (
    message,
    -- By its id a receiver tells a message that comes twice.
    case
      when jsonb_typeof(payload) = 'object' and not payload ? 'id'
        then payload || jsonb_build_object('id', message)
      else payload
    end,
    event, topic, private, 'broadcast'
  );
exception when others then
  raise warning 'ErrorSendingBroadcastMessage: %', sqlerrm;
end
$$;

create or replace function realtime.broadcast_changes(
  topic_name text, event_name text, operation text, table_name text, table_schema text, new record, old record,
  level text default 'ROW'
) returns void language plpgsql as $$
begin
  if level = 'STATEMENT' then
    raise exception 'function can only be triggered for each row, not for each statement';
  end if;
  if operation not in ('INSERT', 'UPDATE', 'DELETE') then
    raise exception 'Unexpected operation type: %', operation;
  end if;
  perform realtime.send(
    jsonb_build_object(
      'old_record', old, 'record', new, 'operation', operation, 'table', table_name, 'schema', table_schema
    ),
    event_name,
    topic_name
  );
exception when others then
  raise exception 'Failed to process the row: %', sqlerrm;
end
$$;

-- Two rows that a caller's rights in a private channel are tried on, in a transaction that is rolled back. Nobody but
-- the data plane's login roles may call it; without an event the rows would not be broadcast anyway.
create or replace function realtime.probe_channel(topic text) returns table (id uuid, extension text)
language sql security definer set search_path = '' as $$
  insert into realtime.messages (topic, extension, private)
  select probe_channel.topic, kind, true from unnest(array['broadcast', 'presence']) as kind
  returning messages.id, messages.extension
$$;

-- Makes the partitions of the next days and drops those of days gone by, as Realtime's janitor does.
create or replace function realtime.keep_partitions() returns void
language plpgsql security definer set search_path = '' as $$
declare
  today date := (now() at time zone 'utc')::date;
  day date;
  name text;
begin
  -- One at a time, and no message comes into the default partition while its rows are moved.
  lock table realtime.messages_default in access exclusive mode;
  for day in select today + days from generate_series(0, 3) as days
  loop
    name := 'messages_' || to_char(day, 'YYYY_MM_DD');
    continue when to_regclass(format('realtime.%I', name)) is not null;
    execute format('create table realtime.%I (like realtime.messages including defaults)', name);
    -- What came before the partition was there goes where it belongs, else the partition could not be attached.
    execute format(
      'with moved as (delete from realtime.messages_default where inserted_at >= %L and inserted_at < %L returning *)
       insert into realtime.%I select * from moved',
      day, day + 1, name
    );
    execute format(
      'alter table realtime.messages attach partition realtime.%I for values from (%L) to (%L)', name, day, day + 1
    );
  end loop;

  for name in
    select c.relname
    from pg_catalog.pg_inherits i join pg_catalog.pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'realtime.messages'::regclass
      and c.relname ~ '^messages_\d{4}_\d{2}_\d{2}$'
      and to_date(right(c.relname, 10), 'YYYY_MM_DD') < today - 3
  loop
    execute format('drop table realtime.%I', name);
  end loop;
  delete from realtime.messages_default where inserted_at < today - 3;
end
$$;

do $$
declare
  target regprocedure;
begin
  foreach target in array array[
    'realtime.topic()', 'realtime.send(jsonb, text, text, boolean)',
    'realtime.broadcast_changes(text, text, text, text, text, record, record, text)',
    'realtime.probe_channel(text)', 'realtime.keep_partitions()'
  ]::regprocedure[]
  loop
    if (select proowner from pg_proc where oid = target) <> '{{role:supabase_realtime_admin}}'::regrole then
      execute format('alter function %s owner to {{role:supabase_realtime_admin}}', target);
    end if;
  end loop;
end
$$;

grant usage on schema realtime to {{role:authenticator}}, {{role:light_user}}, {{role:light_service}};
revoke execute on function realtime.probe_channel(text), realtime.keep_partitions() from public;
grant execute on function realtime.probe_channel(text)
  to {{role:authenticator}}, {{role:light_user}}, {{role:light_service}};
