-- Where nobody could give service_role BYPASSRLS, a policy named after it on every table with row-level security
-- stands for the attribute: on tables of ours when they are made, on the user's through an event trigger.
create or replace function extensions.bypass_rls(target regclass) returns void language plpgsql as $$
begin
  if (select relrowsecurity from pg_class where oid = target)
    and not (select rolbypassrls from pg_roles where rolname = 'service_role')
    and not exists (select from pg_policy where polrelid = target and polname = 'service_role')
  then
    execute format(
      'create policy service_role on %s to service_role, {{role:postgres}}, {{role:supabase_read_only_user}}
         using (true) with check (true)',
      target
    );
  end if;
end
$$;

create or replace function extensions.bypass_rls_watch() returns event_trigger language plpgsql as $$
begin
  perform extensions.bypass_rls(objid::regclass)
  from pg_event_trigger_ddl_commands()
  where object_type = 'table';
end
$$;

do $$
begin
  if not (select rolbypassrls from pg_roles where rolname = 'service_role')
    and not exists (select from pg_event_trigger where evtname = 'bypass_rls_watch')
  then
    create event trigger bypass_rls_watch on ddl_command_end when tag in ('ALTER TABLE')
      execute function extensions.bypass_rls_watch();
  end if;
exception when insufficient_privilege then
  raise notice 'row-level security holds for service_role: % may not create event triggers', current_user;
end
$$;
