create schema if not exists extensions authorization {{role:postgres}};
create schema if not exists auth authorization {{role:supabase_auth_admin}};
create schema if not exists storage authorization {{role:supabase_storage_admin}};
create schema if not exists realtime authorization {{role:supabase_realtime_admin}};
create schema if not exists _realtime authorization {{role:supabase_admin}};
create schema if not exists _analytics authorization {{role:supabase_admin}};
create schema if not exists graphql_public authorization {{role:supabase_admin}};

grant usage on schema public to {{role:postgres}}, anon, authenticated, service_role;
grant usage, create on schema public to {{role:supabase_admin}}, {{role:supabase_realtime_admin}};

grant usage on schema extensions
  to anon, authenticated, service_role, {{role:supabase_auth_admin}}, {{role:supabase_storage_admin}},
     {{role:supabase_realtime_admin}};
grant all on schema extensions to {{role:supabase_admin}}, {{role:dashboard_user}};

grant usage on schema auth
  to anon, authenticated, service_role, {{role:postgres}}, {{role:supabase_storage_admin}},
     {{role:supabase_realtime_admin}};
grant usage on schema storage to anon, authenticated, service_role, {{role:postgres}};
grant usage on schema realtime to anon, authenticated, service_role, {{role:postgres}};
grant usage on schema graphql_public to anon, authenticated, service_role, {{role:postgres}};
grant all on schema auth, storage to {{role:dashboard_user}};
