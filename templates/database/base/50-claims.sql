-- The claims of the request's token, as PostgREST passes them: request.jwt.claims holds them all as JSON; one
-- setting per claim is the older form, which wins where it is set, as on Supabase.
create or replace function auth.jwt() returns jsonb language sql stable as $$
  select coalesce(
    nullif(current_setting('request.jwt.claim', true), ''),
    nullif(current_setting('request.jwt.claims', true), '')
  )::jsonb
$$;

create or replace function auth.uid() returns uuid language sql stable as $$
  select coalesce(
    nullif(current_setting('request.jwt.claim.sub', true), ''),
    nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub'
  )::uuid
$$;

create or replace function auth.role() returns text language sql stable as $$
  select coalesce(
    nullif(current_setting('request.jwt.claim.role', true), ''),
    nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'role'
  )
$$;

create or replace function auth.email() returns text language sql stable as $$
  select coalesce(
    nullif(current_setting('request.jwt.claim.email', true), ''),
    nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'email'
  )
$$;

-- GoTrue's migrations replace these, which only their owner may.
alter function auth.jwt() owner to {{role:supabase_auth_admin}};
alter function auth.uid() owner to {{role:supabase_auth_admin}};
alter function auth.role() owner to {{role:supabase_auth_admin}};
alter function auth.email() owner to {{role:supabase_auth_admin}};

-- What /graphql/v1 answers until pg_graphql is there: PostgREST looks for this function.
create or replace function graphql_public.graphql(
  "operationName" text default null, query text default null, variables jsonb default null, extensions jsonb default null
) returns jsonb language sql as $$
  select '{"errors": [{"message": "pg_graphql extension is not enabled."}]}'::jsonb
$$;
alter function graphql_public.graphql(text, text, jsonb, jsonb) owner to {{role:supabase_admin}};
