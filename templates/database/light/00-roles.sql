-- The light data plane serves every request from two connections without rights of their own. They are apart, so that
-- an RPC called by anon gains nothing from "reset role" or "set role service_role": light_user cannot become it.
do $$
declare
  name text;
  wanted record;
begin
  foreach name in array array['{{role:light_user}}', '{{role:light_service}}']
  loop
    if not exists (select from pg_roles where rolname = name) then
      execute format('create role %I login noinherit', name);
    end if;
    execute format('grant connect on database %I to %I', current_database(), name);
  end loop;

  for wanted in
    select *
    from (values
      ('anon', '{{role:light_user}}'),
      ('authenticated', '{{role:light_user}}'),
      ('service_role', '{{role:light_service}}')
    ) as membership (role, member)
    where not exists (
      select from pg_auth_members m
      where m.roleid = quote_ident(membership.role)::regrole and m.member = quote_ident(membership.member)::regrole
    )
    order by role
  loop
    execute format('grant %I to %I', wanted.role, wanted.member);
  end loop;

  -- The limits of authenticator, whose place they take.
  for wanted in
    select *
    from unnest(array['{{role:light_user}}', '{{role:light_service}}']) as role,
      (values
        ('statement_timeout', '''8s'''), ('lock_timeout', '''8s'''), ('search_path', 'public, extensions')
      ) as setting (name, value)
    where not exists (
      select from pg_roles r, unnest(r.rolconfig) as existing
      where r.rolname = role and starts_with(existing, setting.name || '=')
    )
  loop
    execute format('alter role %I set %I to %s', wanted.role, wanted.name, wanted.value);
  end loop;
end
$$;
