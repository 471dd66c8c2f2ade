-- Every role a Supabase database has, without passwords: whoever applies this sets them afterwards.
-- Attributes the caller may not grant (superuser, replication and bypassrls belong to a superuser on Postgres 15;
-- from 16 on they also belong to a role that has them itself) are left out; extensions.missing_features lists them.
-- On a cluster shared by several projects nobody gets a cluster-wide attribute that would reach the others:
-- createrole alone could set another project's passwords on Postgres 15.
do $$
declare
  wanted record;
  attribute text;
begin
  for wanted in
    select *
    from (values
      ('anon', 'nologin', '{}', '{}'),
      ('authenticated', 'nologin', '{}', '{}'),
      ('service_role', 'nologin', '{bypassrls}', '{bypassrls}'),
      ('{{role:supabase_admin}}', 'login', '{superuser,createdb,createrole,replication,bypassrls}', '{replication,bypassrls}'),
      ('{{role:postgres}}', 'login', '{createdb,createrole,replication,bypassrls}', '{bypassrls}'),
      ('{{role:authenticator}}', 'login noinherit', '{}', '{}'),
      ('{{role:supabase_auth_admin}}', 'login noinherit', '{}', '{}'),
      ('{{role:supabase_storage_admin}}', 'login noinherit', '{}', '{}'),
      ('{{role:supabase_realtime_admin}}', 'login noinherit', '{replication}', '{replication}'),
      ('{{role:supabase_functions_admin}}', 'login noinherit', '{}', '{}'),
      ('{{role:supabase_replication_admin}}', 'login', '{replication}', '{replication}'),
      ('{{role:supabase_read_only_user}}', 'login', '{bypassrls}', '{bypassrls}'),
      ('{{role:dashboard_user}}', 'nologin', '{createdb,createrole,replication}', '{}')
    ) as role (name, basic, alone, shared)
    where name <> current_user
  loop
    if not exists (select from pg_roles where rolname = wanted.name) then
      begin
        execute format('create role %I %s', wanted.name, wanted.basic);
      exception when unique_violation or duplicate_object then
        null; -- another project of the cluster was made at the same moment
      end;
    end if;

    foreach attribute in array case when {{shared_cluster}} then wanted.shared else wanted.alone end::text[]
    loop
      continue when (select (to_jsonb(r) ->> replace('rol' || attribute, 'superuser', 'super'))::boolean
                     from pg_roles r where rolname = wanted.name);
      begin
        execute format('alter role %I %s', wanted.name, attribute);
      exception when insufficient_privilege then
        raise notice 'role % stays without %: % may not grant it', wanted.name, attribute, current_user;
      end;
    end loop;

    -- On Aurora membership of rds_replication stands for the attribute.
    if wanted.shared like '%replication%' and to_regrole('rds_replication') is not null
      and not exists (
        select from pg_auth_members
        where roleid = to_regrole('rds_replication') and member = to_regrole(quote_ident(wanted.name))
      )
    then
      execute format('grant rds_replication to %I', wanted.name);
    end if;
  end loop;
end
$$;

-- The owner of user data is not a superuser, as on Supabase. The bootstrap superuser (oid 10) cannot be demoted.
do $$
begin
  if (select rolsuper from pg_roles where rolname = current_user)
    and exists (
      select from pg_roles
      where rolname = '{{role:postgres}}' and rolsuper and oid <> 10 and rolname <> current_user
    )
  then
    alter role {{role:postgres}} nosuperuser;
  end if;
end
$$;
