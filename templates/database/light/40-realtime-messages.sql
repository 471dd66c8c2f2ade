-- The table that policies for private channels are written on, and through which the database broadcasts: what
-- Realtime leaves after its migrations. Messages are kept for a few days, in partitions by day; what no day's
-- partition takes lies in the default one, so that a message is never refused for want of a partition.
create table if not exists realtime.messages (
  topic text not null,
  extension text not null,
  payload jsonb,
  event text,
  private boolean default false,
  updated_at timestamp not null default (clock_timestamp() at time zone 'utc'),
  inserted_at timestamp not null default (clock_timestamp() at time zone 'utc'),
  id uuid not null default gen_random_uuid(),
  constraint messages_pkey primary key (id, inserted_at)
) partition by range (inserted_at);

create table if not exists realtime.messages_default partition of realtime.messages default;

create index if not exists messages_inserted_at_topic_index
  on realtime.messages (inserted_at desc, topic) where extension = 'broadcast' and private is true;

do $$
declare
  target regclass;
begin
  foreach target in array array['realtime.messages', 'realtime.messages_default']::regclass[]
  loop
    if (select relowner from pg_class where oid = target) <> '{{role:supabase_realtime_admin}}'::regrole then
      execute format('alter table %s owner to {{role:supabase_realtime_admin}}', target);
    end if;
  end loop;
  if not (select relrowsecurity from pg_class where oid = 'realtime.messages'::regclass) then
    alter table realtime.messages enable row level security;
  end if;
  perform extensions.bypass_rls('realtime.messages');
end
$$;

grant select, insert, update on realtime.messages to anon, authenticated, service_role;

-- What the data plane reads the messages from, in the order of their commits.
do $$
begin
  if not exists (select from pg_publication where pubname = 'supabase_realtime_messages_publication') then
    create publication supabase_realtime_messages_publication for table realtime.messages
      with (publish = 'insert', publish_via_partition_root = true);
    alter publication supabase_realtime_messages_publication owner to {{role:supabase_realtime_admin}};
  end if;
end
$$;
