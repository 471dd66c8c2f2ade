-- What this database lacks of Supabase because the server or the caller could not give it. Empty is best.
create or replace view extensions.missing_features as
select feature, effect
from (
  select
    'event trigger ' || name as feature,
    'the API learns of schema changes only on NOTIFY pgrst, ''reload schema''' as effect,
    exists (select from pg_event_trigger where evtname = name) as present
  from unnest(array['pgrst_ddl_watch', 'pgrst_drop_watch']) as name
  union all
  select
    format('%s %s', name, attribute),
    case attribute
      when 'bypassrls' then 'row-level security holds for it, but in tables with the policy service_role'
      when 'replication' then 'it cannot read changes by logical replication'
    end,
    exists (
      select from pg_roles r
      where r.rolname = name
        and (
          r.rolsuper
          or case attribute when 'bypassrls' then r.rolbypassrls else r.rolreplication end
          or attribute = 'replication' and exists (
            select from pg_auth_members m join pg_roles g on g.oid = m.roleid
            where g.rolname = 'rds_replication' and m.member = r.oid
          )
        )
    )
  from (values
    ('service_role', 'bypassrls'),
    ('{{role:postgres}}', 'bypassrls'),
    ('{{role:supabase_read_only_user}}', 'bypassrls'),
    ('{{role:supabase_admin}}', 'replication'),
    ('{{role:supabase_realtime_admin}}', 'replication'),
    ('{{role:supabase_replication_admin}}', 'replication')
  ) as wanted (name, attribute)
  union all
  select
    '{{role:postgres}} without superuser',
    'nothing is refused to the user',
    not exists (select from pg_roles where rolname = '{{role:postgres}}' and rolsuper)
  union all
  select
    '{{role:supabase_read_only_user}} pg_read_all_data',
    'it reads only what is granted to it',
    pg_has_role('{{role:supabase_read_only_user}}', 'pg_read_all_data', 'usage')
  union all
  select
    'extension ' || name,
    'its functions are not there',
    exists (select from pg_extension where extname = name)
  from unnest(array['pgcrypto', 'uuid-ossp', 'pg_stat_statements']) as name
) as features
where not present;
alter view extensions.missing_features owner to {{role:supabase_admin}};
grant select on extensions.missing_features to {{role:postgres}};
