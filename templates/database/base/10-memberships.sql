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
-- on a shared one anon, authenticated and service_role belong to every project.
do $$
declare
  wanted record;
begin
  for wanted in
    select *
    from (values
      ('anon', '{{role:authenticator}}', false),
      ('authenticated', '{{role:authenticator}}', false),
      ('service_role', '{{role:authenticator}}', false),
      ('anon', '{{role:postgres}}', not {{shared_cluster}}),
      ('authenticated', '{{role:postgres}}', not {{shared_cluster}}),
      ('service_role', '{{role:postgres}}', not {{shared_cluster}}),
      ('{{role:authenticator}}', '{{role:postgres}}', not {{shared_cluster}}),
      ('{{role:supabase_storage_admin}}', '{{role:postgres}}', false),
      ('{{role:supabase_realtime_admin}}', '{{role:postgres}}', false),
      ('anon', '{{role:supabase_storage_admin}}', false),
      ('authenticated', '{{role:supabase_storage_admin}}', false),
      ('service_role', '{{role:supabase_storage_admin}}', false),
      ('anon', '{{role:supabase_realtime_admin}}', false),
      ('authenticated', '{{role:supabase_realtime_admin}}', false),
      ('service_role', '{{role:supabase_realtime_admin}}', false),
      ('pg_read_all_data', '{{role:supabase_read_only_user}}', false)
    ) as membership (role, member, admin)
    where member <> current_user
      and not exists (
        select from pg_auth_members m
        where m.roleid = quote_ident(membership.role)::regrole
          and m.member = quote_ident(membership.member)::regrole
          and (m.admin_option or not membership.admin)
      )
  loop
    execute format(
      'grant %I to %I %s', wanted.role, wanted.member, case when wanted.admin then 'with admin option' end
    );
  end loop;
end
$$;
