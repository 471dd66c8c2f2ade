-- Supabase's limits and search paths. A setting that is already there stays: it is the user's.
-- PostgREST reads those of anon and authenticated and applies them with SET LOCAL, since SET ROLE does not.
do $$
declare
  wanted record;
begin
  for wanted in
    select *
    from (values
      ('anon', 'statement_timeout', '''3s'''),
      ('authenticated', 'statement_timeout', '''8s'''),
      ('{{role:authenticator}}', 'statement_timeout', '''8s'''),
      ('{{role:authenticator}}', 'lock_timeout', '''8s'''),
      ('{{role:postgres}}', 'search_path', '"$user", public, extensions'),
      ('{{role:supabase_admin}}', 'search_path', '"$user", public, auth, extensions'),
      ('{{role:supabase_auth_admin}}', 'search_path', 'auth'),
      ('{{role:supabase_auth_admin}}', 'idle_in_transaction_session_timeout', '''60s'''),
      ('{{role:supabase_storage_admin}}', 'search_path', 'storage'),
      ('{{role:supabase_realtime_admin}}', 'search_path', 'public, extensions, realtime'),
      ('{{role:supabase_read_only_user}}', 'default_transaction_read_only', 'on')
    ) as setting (role, name, value)
    where not exists (
      select from pg_roles r, unnest(r.rolconfig) as existing
      where r.rolname = setting.role and starts_with(existing, setting.name || '=')
    )
  loop
    execute format('alter role %I set %I to %s', wanted.role, wanted.name, wanted.value);
  end loop;
end
$$;

-- What Supabase documents to set with "alter role authenticator set pgrst.…". Only a superuser may give the right to
-- set a parameter that no extension has declared.
do $$
declare
  name text;
begin
  if not {{shared_cluster}} then
    foreach name in array array[
      'pgrst.db_schemas', 'pgrst.db_extra_search_path', 'pgrst.db_max_rows', 'pgrst.db_pre_request',
      'pgrst.db_aggregates_enabled', 'pgrst.db_plan_enabled'
    ]
    loop
      execute format('grant set on parameter %I to {{role:postgres}}', name);
    end loop;
  end if;
exception when insufficient_privilege then
  raise notice 'postgres cannot set the parameters of PostgREST: % may not grant it', current_user;
end
$$;
