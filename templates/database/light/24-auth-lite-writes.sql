-- @supabase/lite writes some values in another form than GoTrue, which could then not read them: metadata as a JSON
-- string that holds JSON, NULL for a token that is not there, no instance, a UUID for the number of a refresh token.
-- Users' own triggers and policies read these columns too.
create or replace function auth.unwrapped(value jsonb) returns jsonb language sql immutable as $$
  select case jsonb_typeof(value) when 'string' then (value #>> '{}')::jsonb else value end
$$;

create or replace function auth.user_as_gotrue_writes_it() returns trigger language plpgsql as $$
begin
  new.instance_id = coalesce(new.instance_id, '00000000-0000-0000-0000-000000000000');
  new.raw_app_meta_data = auth.unwrapped(new.raw_app_meta_data);
  new.raw_user_meta_data = auth.unwrapped(new.raw_user_meta_data);
  new.confirmation_token = coalesce(new.confirmation_token, '');
  new.recovery_token = coalesce(new.recovery_token, '');
  new.email_change = coalesce(new.email_change, '');
  new.email_change_token_new = coalesce(new.email_change_token_new, '');
  new.email_change_token_current = coalesce(new.email_change_token_current, '');
  new.reauthentication_token = coalesce(new.reauthentication_token, '');
  return new;
end
$$;

create or replace function auth.identity_as_gotrue_writes_it() returns trigger language plpgsql as $$
begin
  new.identity_data = auth.unwrapped(new.identity_data);
  return new;
end
$$;

create or replace function auth.refresh_token_as_gotrue_writes_it() returns trigger language plpgsql as $$
begin
  if new.id::text !~ '^[0-9]+$' then
    new.id = nextval('auth.refresh_tokens_id_seq');
  end if;
  return new;
end
$$;

create or replace function auth.audit_as_gotrue_writes_it() returns trigger language plpgsql as $$
begin
  new.payload = auth.unwrapped(new.payload::jsonb);
  return new;
end
$$;

alter function auth.unwrapped(jsonb) owner to {{role:supabase_auth_admin}};
alter function auth.user_as_gotrue_writes_it() owner to {{role:supabase_auth_admin}};
alter function auth.identity_as_gotrue_writes_it() owner to {{role:supabase_auth_admin}};
alter function auth.refresh_token_as_gotrue_writes_it() owner to {{role:supabase_auth_admin}};
alter function auth.audit_as_gotrue_writes_it() owner to {{role:supabase_auth_admin}};

create or replace trigger as_gotrue_writes_it
  before insert or update on auth.users for each row execute function auth.user_as_gotrue_writes_it();
create or replace trigger as_gotrue_writes_it
  before insert or update on auth.identities for each row execute function auth.identity_as_gotrue_writes_it();
create or replace trigger as_gotrue_writes_it
  before insert on auth.audit_log_entries for each row execute function auth.audit_as_gotrue_writes_it();
create or replace trigger as_gotrue_writes_it
  before insert on auth.refresh_tokens for each row execute function auth.refresh_token_as_gotrue_writes_it();
