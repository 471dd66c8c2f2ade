-- The connection of postgres-meta, which shows and changes the schema for whoever has a secret key. It acts as postgres
-- from its first statement on, so that what is made through it belongs to postgres; by itself it may do nothing.
do $$
begin
  if not exists (select from pg_roles where rolname = '{{role:light_meta}}') then
    create role {{role:light_meta}} login noinherit;
  end if;
  execute format('grant connect on database %I to {{role:light_meta}}', current_database());
  -- From Postgres 16 on nobody but a superuser can give itself away; postgres-meta says then that it lacks the role.
  if not exists (
      select from pg_auth_members
      where roleid = '{{role:postgres}}'::regrole and member = '{{role:light_meta}}'::regrole
    )
    and (current_user <> '{{role:postgres}}' or (select rolsuper from pg_roles where rolname = current_user))
  then
    grant {{role:postgres}} to {{role:light_meta}};
  end if;
end
$$;
