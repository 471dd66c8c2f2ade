create or replace function messaging.notify(receiver uuid, kind text, data jsonb) returns void
language plpgsql set search_path = '' as $$
declare
  made public.notifications;
begin
  insert into public.notifications (user_id, kind, data) values (receiver, notify.kind, notify.data)
  returning * into made;
  perform messaging.tell('user:' || receiver, 'notification', to_jsonb(made));
end
$$;

-- The server itself notifies whom it likes.
create or replace function public.notify_user(user_id uuid, kind text, data jsonb default '{}') returns void
language plpgsql security definer set search_path = '' as $$
begin
  perform messaging.notify(notify_user.user_id, notify_user.kind, notify_user.data);
end
$$;

-- At most 100 messages in any 60 seconds of a user, exactly: their messages come one after the other. So do those of a
-- room, which makes ids there grow in the order of commits. With a key the same message is sent once, however often
-- the client asks. The server itself (service_role) sends messages that nobody has written.
create or replace function public.send_message(
  room_id uuid, body text, type text default 'text', metadata jsonb default '{}', client_key text default null
) returns public.messages language plpgsql security definer set search_path = '' as $$
declare
  sender uuid := case when auth.role() is distinct from 'service_role' then messaging.caller() end;
  since timestamptz;
  sent public.messages;
begin
  if sender is not null then
    perform pg_advisory_xact_lock(hashtextextended('messaging sender ' || sender, 0));
    select * into sent from public.messages m where m.user_id = sender and m.client_key = send_message.client_key;
    if found then
      if (sent.room_id, sent.body, sent.type) is distinct from (send_message.room_id, send_message.body, send_message.type)
      then
        perform messaging.refuse('409', 'key_reused', 'The key was used for another message.');
      end if;
      return sent;
    end if;
    if messaging.role_in(send_message.room_id) is null then
      perform messaging.refuse('403', 'not_a_member', 'Join the room first.');
    end if;
    select m.created_at into since from public.messages m
    where m.user_id = sender and m.created_at > clock_timestamp() - interval '60 seconds'
    order by m.created_at desc offset 99 limit 1;
    if found then
      perform messaging.refuse(
        '429', 'rate_limited', 'You have sent 100 messages within a minute.',
        ceil(extract(epoch from since + interval '60 seconds' - clock_timestamp()))::text
      );
    end if;
  end if;

  update public.rooms r set last_message_at = clock_timestamp() where r.id = send_message.room_id;
  if not found then
    perform messaging.refuse('404', 'room_not_found', 'There is no such room, or you were not asked in.');
  end if;
  begin
    insert into public.messages (room_id, user_id, body, type, metadata, client_key)
    values (
      send_message.room_id, sender, send_message.body, send_message.type, send_message.metadata,
      send_message.client_key
    )
    returning * into sent;
  exception when check_violation or not_null_violation then
    perform messaging.refuse(
      '422', 'invalid',
      'A message has at most 4000 characters, a lower-case type, and an object of at most 4 KB as metadata.'
    );
  end;
  perform messaging.tell('room:' || sent.room_id, 'message', to_jsonb(sent));
  return sent;
end
$$;

-- A page of a room: the newest messages before an id, newest first, or, to catch up, the oldest after an id, in order.
create or replace function public.room_history(
  room_id uuid, before bigint default null, after bigint default null, page integer default 50
) returns setof public.messages language plpgsql stable set search_path = '' as $$
declare
  most integer := least(greatest(page, 1), 200);
begin
  if after is not null then
    return query
      select * from public.messages m where m.room_id = room_history.room_id and m.id > after
      order by m.id limit most;
  else
    return query
      select * from public.messages m
      where m.room_id = room_history.room_id and m.id < coalesce(before, 9223372036854775807)
      order by m.id desc limit most;
  end if;
end
$$;
