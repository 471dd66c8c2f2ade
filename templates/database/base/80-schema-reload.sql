-- Tell PostgREST (and the light data plane) that the schema it caches has changed. Changes inside Supabase's own
-- schemas and temporary objects are no business of the API.
create or replace function extensions.pgrst_ddl_watch() returns event_trigger language plpgsql as $$
begin
  if exists (
    select from pg_event_trigger_ddl_commands()
    where (
      command_tag in (
        'CREATE SCHEMA', 'ALTER SCHEMA', 'CREATE TABLE', 'CREATE TABLE AS', 'SELECT INTO', 'ALTER TABLE',
        'CREATE FOREIGN TABLE', 'ALTER FOREIGN TABLE', 'CREATE VIEW', 'ALTER VIEW', 'CREATE MATERIALIZED VIEW',
        'ALTER MATERIALIZED VIEW', 'CREATE FUNCTION', 'ALTER FUNCTION', 'CREATE TYPE', 'ALTER TYPE', 'CREATE RULE',
        'COMMENT'
      )
      and coalesce(schema_name, '') not in ('pg_temp', 'auth', 'storage', 'realtime', '_realtime')
    ) or (
      command_tag = 'CREATE TRIGGER' and object_identity not like '% pg\_temp.%'
    )
  ) then
    notify pgrst, 'reload schema';
  end if;
end
$$;

create or replace function extensions.pgrst_drop_watch() returns event_trigger language plpgsql as $$
begin
  if exists (
    select from pg_event_trigger_dropped_objects()
    where not is_temporary
      and object_type in (
        'schema', 'table', 'foreign table', 'view', 'materialized view', 'function', 'trigger', 'type', 'rule'
      )
      and coalesce(schema_name, '') not in ('auth', 'storage', 'realtime', '_realtime')
  ) then
    notify pgrst, 'reload schema';
  end if;
end
$$;

-- Only a superuser, or rds_superuser on Aurora, may create event triggers.
do $$
begin
  if not exists (select from pg_event_trigger where evtname = 'pgrst_ddl_watch') then
    create event trigger pgrst_ddl_watch on ddl_command_end execute function extensions.pgrst_ddl_watch();
  end if;
  if not exists (select from pg_event_trigger where evtname = 'pgrst_drop_watch') then
    create event trigger pgrst_drop_watch on sql_drop execute function extensions.pgrst_drop_watch();
  end if;
exception when insufficient_privilege then
  raise notice 'the API is not told of schema changes: % may not create event triggers', current_user;
end
$$;
