-- The tables belong to supabase_auth_admin, which GoTrue's migrations and lite need. GoTrue enables row-level security
-- without a policy on the tables it had when it introduced it, so that a careless grant opens nothing.
do $$
declare
  name text;
begin
  for name in
    select c.relname from pg_class c
    where c.relnamespace = 'auth'::regnamespace and c.relkind = 'r'
      and c.relowner <> '{{role:supabase_auth_admin}}'::regrole
  loop
    execute format('alter table auth.%I owner to {{role:supabase_auth_admin}}', name);
  end loop;

  for name in
    select c.relname from pg_class c
    where c.relnamespace = 'auth'::regnamespace and not c.relrowsecurity
      and c.relname in (
        'schema_migrations', 'instances', 'users', 'audit_log_entries', 'saml_relay_states', 'refresh_tokens',
        'mfa_factors', 'sessions', 'sso_providers', 'sso_domains', 'mfa_challenges', 'mfa_amr_claims',
        'saml_providers', 'flow_state', 'identities', 'one_time_tokens'
      )
  loop
    execute format('alter table auth.%I enable row level security', name);
  end loop;

  perform extensions.bypass_rls(c.oid)
  from pg_class c where c.relnamespace = 'auth'::regnamespace and c.relkind = 'r';
end
$$;

grant all on all tables in schema auth to {{role:postgres}}, {{role:dashboard_user}};
grant all on all sequences in schema auth to {{role:postgres}}, {{role:dashboard_user}};
revoke all on auth.schema_migrations from {{role:postgres}}, {{role:dashboard_user}};

-- postgres may let roles of its own read the users. Granted once: a caller that is a member of postgres would grant
-- it again as postgres, and nobody can give a grant option back to its giver.
do $$
declare
  name regclass;
begin
  for name in
    select c.oid from pg_class c
    where c.relnamespace = 'auth'::regnamespace and c.relkind = 'r' and c.relrowsecurity
      and c.relname <> 'schema_migrations'
      and not has_table_privilege('{{role:postgres}}', c.oid, 'select with grant option')
  loop
    execute format('grant select on %s to {{role:postgres}} with grant option', name);
  end loop;
end
$$;
