-- A caller without superuser must itself be a member of each role whose objects it makes: from Postgres 16 on
-- creating a role gives only the admin option, not the right to act as it.
do $$
declare
  name text;
begin
  if not (select rolsuper from pg_roles where rolname = current_user) then
    foreach name in array array[
      'anon', 'authenticated', 'service_role', '{{role:postgres}}', '{{role:supabase_admin}}',
      '{{role:authenticator}}', '{{role:supabase_auth_admin}}', '{{role:supabase_storage_admin}}',
      '{{role:supabase_realtime_admin}}', '{{role:dashboard_user}}'
    ]
    loop
      if not pg_has_role(current_user, name, 'usage') then
        execute format('grant %I to %I', name, current_user);
      end if;
    end loop;
  end if;
end
$$;

-- Who may act as whom. postgres is a member of the storage and realtime admins so that a user can write policies
-- on their tables, which only an owner may. It can alter the API roles (admin option) where the cluster is its own;
-- on a shared one anon, authenticated and service_role belong to every project, and statistics show every project.
do $$
declare
  wanted record;
begin
  for wanted in
    select *
    from (values
      ('anon', '{{role:authenticator}}', false, true),
      ('authenticated', '{{role:authenticator}}', false, true),
      ('service_role', '{{role:authenticator}}', false, true),
      ('anon', '{{role:postgres}}', not {{shared_cluster}}, true),
      ('authenticated', '{{role:postgres}}', not {{shared_cluster}}, true),
      ('service_role', '{{role:postgres}}', not {{shared_cluster}}, true),
      ('{{role:authenticator}}', '{{role:postgres}}', not {{shared_cluster}}, true),
      ('{{role:supabase_storage_admin}}', '{{role:postgres}}', false, true),
      ('{{role:supabase_realtime_admin}}', '{{role:postgres}}', false, true),
      ('pg_monitor', '{{role:postgres}}', false, not {{shared_cluster}}),
      ('pg_read_all_data', '{{role:postgres}}', false, not {{shared_cluster}}),
      ('pg_signal_backend', '{{role:postgres}}', false, not {{shared_cluster}}),
      ('anon', '{{role:supabase_storage_admin}}', false, true),
      ('authenticated', '{{role:supabase_storage_admin}}', false, true),
      ('service_role', '{{role:supabase_storage_admin}}', false, true),
      ('anon', '{{role:supabase_realtime_admin}}', false, true),
      ('authenticated', '{{role:supabase_realtime_admin}}', false, true),
      ('service_role', '{{role:supabase_realtime_admin}}', false, true),
      ('pg_read_all_data', '{{role:supabase_read_only_user}}', false, true),
      -- What a superuser may anyway.
      ('rds_superuser', '{{role:supabase_admin}}', false, not {{shared_cluster}}),
      ('{{role:postgres}}', '{{role:supabase_admin}}', false, true),
      ('{{role:postgres}}', '{{role:supabase_functions_admin}}', false, true),
      ('{{role:supabase_auth_admin}}', '{{role:supabase_admin}}', false, true),
      ('{{role:supabase_storage_admin}}', '{{role:supabase_admin}}', false, true),
      ('{{role:supabase_realtime_admin}}', '{{role:supabase_admin}}', false, true)
    ) as membership (role, member, admin, here)
    where here
      and current_user not in (role, member)
      and to_regrole(quote_ident(role)) is not null
      and not (select rolsuper from pg_roles where rolname = member)
      and not exists (
        select from pg_auth_members m
        where m.roleid = to_regrole(quote_ident(membership.role))
          and m.member = to_regrole(quote_ident(membership.member))
          and (m.admin_option or not membership.admin)
      )
    -- A grant locks the role that is given away: in one order, so that projects of a cluster can be made at once.
    order by role
  loop
    begin
      execute format(
        'grant %I to %I %s', wanted.role, wanted.member, case when wanted.admin then 'with admin option' end
      );
    exception when insufficient_privilege then
      -- From Postgres 16 on it takes the admin option to give a role away, and the built-in ones are not ours.
      if wanted.role not like 'pg\_%' and wanted.role <> 'rds_superuser' then
        raise;
      end if;
      raise notice '% stays without %: % may not grant it', wanted.member, wanted.role, current_user;
    end;
  end loop;
end
$$;

-- Functions log in with a password of their own, which stays when that of postgres changes, and are postgres from their
-- first statement on: what they make is postgres's.
alter role {{role:supabase_functions_admin}} set role to {{role:postgres}};
