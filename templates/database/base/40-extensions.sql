-- Each only where the server has it and the caller may create it: pg_stat_statements is not a trusted extension.
do $$
declare
  wanted text;
begin
  for wanted in
    select name from pg_available_extensions
    where name in ('pgcrypto', 'uuid-ossp', 'pg_stat_statements') and installed_version is null
  loop
    begin
      execute format('create extension if not exists %I with schema extensions', wanted);
    exception when insufficient_privilege then
      raise notice 'extension % stays out: % may not create it', wanted, current_user;
    end;
  end loop;
end
$$;
