-- Whatever postgres or supabase_admin makes in public is reachable for the API roles; row-level security decides
-- about rows.
alter default privileges for role {{role:postgres}} in schema public
  grant all on tables to {{role:postgres}}, anon, authenticated, service_role;
alter default privileges for role {{role:postgres}} in schema public
  grant all on functions to {{role:postgres}}, anon, authenticated, service_role;
alter default privileges for role {{role:postgres}} in schema public
  grant all on sequences to {{role:postgres}}, anon, authenticated, service_role;
alter default privileges for role {{role:supabase_admin}} in schema public
  grant all on tables to {{role:postgres}}, anon, authenticated, service_role;
alter default privileges for role {{role:supabase_admin}} in schema public
  grant all on functions to {{role:postgres}}, anon, authenticated, service_role;
alter default privileges for role {{role:supabase_admin}} in schema public
  grant all on sequences to {{role:postgres}}, anon, authenticated, service_role;

-- GoTrue and Storage make their own tables where they run; the owner of the project can use them.
alter default privileges for role {{role:supabase_auth_admin}} in schema auth
  grant all on tables to {{role:postgres}}, {{role:dashboard_user}};
alter default privileges for role {{role:supabase_auth_admin}} in schema auth
  grant all on functions to {{role:postgres}}, {{role:dashboard_user}};
alter default privileges for role {{role:supabase_auth_admin}} in schema auth
  grant all on sequences to {{role:postgres}}, {{role:dashboard_user}};
alter default privileges for role {{role:supabase_storage_admin}} in schema storage
  grant all on tables to {{role:postgres}}, anon, authenticated, service_role;
alter default privileges for role {{role:supabase_storage_admin}} in schema storage
  grant all on functions to {{role:postgres}}, anon, authenticated, service_role;
alter default privileges for role {{role:supabase_storage_admin}} in schema storage
  grant all on sequences to {{role:postgres}}, anon, authenticated, service_role;
