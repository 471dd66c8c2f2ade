-- GoTrue's enumerations. CREATE TYPE has no IF NOT EXISTS.
do $$
declare
  wanted record;
begin
  for wanted in
    select *
    from (values
      ('aal_level', '{aal1,aal2,aal3}'),
      ('code_challenge_method', '{s256,plain}'),
      ('factor_status', '{unverified,verified}'),
      ('factor_type', '{totp,webauthn,phone}'),
      ('oauth_authorization_status', '{pending,approved,denied,expired}'),
      ('oauth_client_type', '{public,confidential}'),
      ('oauth_registration_type', '{dynamic,manual}'),
      ('oauth_response_type', '{code}'),
      ('one_time_token_type',
       '{confirmation_token,reauthentication_token,recovery_token,email_change_token_new,email_change_token_current,phone_change_token}')
    ) as enumeration (name, labels)
    where to_regtype('auth.' || name) is null
  loop
    execute format(
      'create type auth.%I as enum (%s)',
      wanted.name,
      (select string_agg(quote_literal(label), ', ') from unnest(wanted.labels::text[]) as label)
    );
    execute format('alter type auth.%I owner to {{role:supabase_auth_admin}}', wanted.name);
  end loop;
end
$$;
