import { revokeStatements } from './login-roles.ts';

/** What only those know who were let in by the original, or what it has begun and the copy must not end. */
const OF_THE_ORIGINAL = [
  'auth.refresh_tokens',
  'auth.sessions',
  'auth.one_time_tokens',
  'auth.flow_state',
  'auth.saml_relay_states',
  'auth.mfa_challenges',
  'auth.oauth_authorizations',
  'storage.s3_multipart_uploads',
];

/**
 * Makes a copy of a whole cluster nobody's, as who administers it: each role's password goes but that of who runs this,
 * and with it whatever the copy would do in the original's name.
 */
export const disownStatements: readonly string[] = [
  ...revokeStatements(''),
  // Those of Postgres and of RDS cannot be changed, and have none.
  `do $$ declare name text; begin
    for name in select rolname from pg_roles where rolname <> current_user and rolname !~ '^(pg_|rds)' loop
      execute format('alter role %I password null', name);
    end loop;
  end $$`,
  // One that stayed would take over the subscription's slot at the publisher.
  `do $$ declare name text; begin
    for name in select subname from pg_subscription
      where subdbid = (select oid from pg_database where datname = current_database())
    loop
      execute format('alter subscription %I disable', name);
      execute format('alter subscription %I set (slot_name = none)', name);
      execute format('drop subscription %I', name);
    end loop;
  end $$`,
  // Nobody reads them here, and each keeps the log from being dropped.
  `do $$ begin
    perform pg_drop_replication_slot(slot_name) from pg_replication_slots where not active and not temporary;
  end $$`,
  `do $$ declare name text; begin
    foreach name in array array['${OF_THE_ORIGINAL.join("', '")}'] loop
      if to_regclass(name) is not null then execute format('delete from %s', name); end if;
    end loop;
  end $$`,
  `do $$ begin
    if to_regclass('cron.job') is not null then
      execute 'select cron.alter_job(jobid, active := false) from cron.job where active';
    end if;
  end $$`,
  `do $$ declare hook record; begin
    for hook in
      select tgrelid::regclass as relation, tgname from pg_trigger
      join pg_proc on pg_proc.oid = tgfoid
      where pronamespace = to_regnamespace('supabase_functions') and proname = 'http_request'
        and not tgisinternal and tgenabled <> 'D'
    loop
      execute format('alter table %s disable trigger %I', hook.relation, hook.tgname);
    end loop;
  end $$`,
];
