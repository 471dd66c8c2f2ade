-- Everybody may ask, row-level security answers: without a policy only service_role sees anything.
do $$
declare
  target record;
begin
  for target in
    select c.oid::regclass as name, c.relowner, c.relrowsecurity
    from pg_class c where c.relnamespace = 'storage'::regnamespace and c.relkind = 'r'
  loop
    if target.relowner <> '{{role:supabase_storage_admin}}'::regrole then
      execute format('alter table %s owner to {{role:supabase_storage_admin}}', target.name);
    end if;
    if not target.relrowsecurity then
      execute format('alter table %s enable row level security', target.name);
    end if;
    perform extensions.bypass_rls(target.name);
  end loop;

  for target in
    select p.oid::regprocedure as name from pg_proc p
    where p.pronamespace = 'storage'::regnamespace and p.proowner <> '{{role:supabase_storage_admin}}'::regrole
  loop
    execute format('alter function %s owner to {{role:supabase_storage_admin}}', target.name);
  end loop;
end
$$;

grant all on storage.buckets, storage.objects to anon, authenticated, service_role, {{role:postgres}};
grant select on storage.s3_multipart_uploads, storage.s3_multipart_uploads_parts to anon, authenticated;
grant all on storage.s3_multipart_uploads, storage.s3_multipart_uploads_parts to service_role, {{role:postgres}};
