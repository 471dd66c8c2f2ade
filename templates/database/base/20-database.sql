-- postgres owns the database, and through pg_database_owner the schema public with it.
do $$
begin
  if (select not pg_has_role(current_user, datdba, 'usage') or pg_get_userbyid(datdba) = '{{role:postgres}}'
      from pg_database where datname = current_database())
  then
    return;
  end if;
  execute format('alter database %I owner to {{role:postgres}}', current_database());
end
$$;

-- Where projects share a cluster, a role of one must not reach the database of another, nor a common one.
-- CONNECT is never granted to anon, authenticated or service_role: they are members of every project's roles.
do $$
declare
  name text;
begin
  if {{shared_cluster}} then
    for name in
      select datname from pg_database
      where datname in (current_database(), 'postgres', 'template1')
        and pg_has_role(datdba, 'usage')
        and (has_database_privilege('public', oid, 'connect') or has_database_privilege('public', oid, 'temporary'))
    loop
      execute format('revoke connect, temporary on database %I from public', name);
    end loop;
  end if;

  execute format(
    'grant connect on database %I to {{role:authenticator}}, {{role:supabase_realtime_admin}},
       {{role:supabase_functions_admin}}, {{role:supabase_replication_admin}}, {{role:supabase_read_only_user}}',
    current_database()
  );
  execute format('grant temporary on database %I to anon, authenticated, service_role', current_database());
  -- GoTrue and Storage start their migrations with "create schema if not exists", which asks for CREATE even
  -- when the schema exists.
  execute format(
    'grant connect, create, temporary on database %I to {{role:supabase_admin}}, {{role:supabase_auth_admin}},
       {{role:supabase_storage_admin}}, {{role:supabase_realtime_admin}}, {{role:dashboard_user}}',
    current_database()
  );
end
$$;
