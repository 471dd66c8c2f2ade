-- What the pack's own functions need and the API must not serve.
create schema if not exists messaging authorization {{role:postgres}};
grant usage on schema messaging to authenticated, service_role;

-- An error that a client can tell apart: the SQLSTATE becomes the HTTP status, the hint is a stable word.
create or replace function messaging.refuse(status text, code text, message text, detail text default null)
returns void language plpgsql set search_path = '' as $$
begin
  if detail is null then
    raise exception using errcode = 'PT' || status, message = message, hint = code;
  end if;
  raise exception using errcode = 'PT' || status, message = message, hint = code, detail = detail;
end
$$;

-- Who is asking; nobody is an error.
create or replace function messaging.caller() returns uuid language plpgsql stable set search_path = '' as $$
begin
  if auth.uid() is null then
    perform messaging.refuse('401', 'not_signed_in', 'You are not signed in.');
  end if;
  return auth.uid();
end
$$;

-- Tells a topic what has happened. Clients are promised less than 1 KB, so a payload that is longer goes without what
-- may be long, and says so; and a message that cannot be sent never fails what it is about.
create or replace function messaging.tell(topic text, event text, payload jsonb) returns void
language plpgsql set search_path = '' as $$
begin
  perform realtime.send(
    case
      when octet_length(payload::text) < 960 then payload
      else payload - array['body', 'metadata', 'data', 'description'] || '{"truncated": true}'
    end,
    event, topic, true
  );
exception when others then
  raise warning 'not broadcast to %: %', topic, sqlerrm;
end
$$;
