-- Used in policies: 'a/b/c.tar.gz' has folders {a,b}, file name c.tar.gz and extension gz.
create or replace function storage.foldername(name text) returns text[] language sql immutable as $$
  select case when name = '' then '{}' else trim_array(string_to_array(name, '/'), 1) end
$$;

create or replace function storage.filename(name text) returns text language sql immutable as $$
  select reverse(split_part(reverse(name), '/', 1))
$$;

create or replace function storage.extension(name text) returns text language sql immutable as $$
  select reverse(split_part(reverse(storage.filename(name)), '.', 1))
$$;

-- Which operation of the Storage API a policy is asked about, such as 'object.upload'.
create or replace function storage.operation() returns text language sql stable as $$
  select current_setting('storage.operation', true)
$$;

create or replace function storage.get_size_by_bucket() returns table (size bigint, bucket_id text)
language sql stable as $$
  select sum((o.metadata ->> 'size')::bigint)::bigint, o.bucket_id from storage.objects o group by o.bucket_id
$$;

-- One level of a bucket: folders have no id. By name they stand among the files, by time before them.
create or replace function storage.search(
  prefix text,
  bucketname text,
  limits integer default 100,
  levels integer default 1,
  offsets integer default 0,
  search text default '',
  sortcolumn text default 'name',
  sortorder text default 'asc'
) returns table (
  name text,
  id uuid,
  updated_at timestamptz,
  created_at timestamptz,
  last_accessed_at timestamptz,
  metadata jsonb
) language sql stable as $$
  with found as (
    select
      o.path_tokens[levels] as name, cardinality(o.path_tokens) = levels as is_file,
      o.id, o.updated_at, o.created_at, o.last_accessed_at, o.metadata,
      case lower(sortcolumn)
        when 'updated_at' then o.updated_at
        when 'created_at' then o.created_at
        when 'last_accessed_at' then o.last_accessed_at
      end as stamp
    from storage.objects o
    where o.bucket_id = bucketname
      and starts_with(lower(o.name) collate "C", lower(coalesce(prefix, '') || coalesce(search, '')))
      and cardinality(o.path_tokens) >= levels
  ),
  level as (
    select found.name, null::uuid as id, null::timestamptz as updated_at, null::timestamptz as created_at,
      null::timestamptz as last_accessed_at, null::jsonb as metadata, null::timestamptz as stamp
    from found where not is_file group by found.name
    union all
    select found.name, found.id, found.updated_at, found.created_at, found.last_accessed_at, found.metadata, found.stamp
    from found where is_file
  )
  select level.name, level.id, level.updated_at, level.created_at, level.last_accessed_at, level.metadata
  from level
  order by
    case when lower(sortcolumn) in ('updated_at', 'created_at', 'last_accessed_at') then level.id is not null end,
    case when lower(sortorder) = 'desc' then level.stamp end desc,
    case when lower(sortorder) <> 'desc' then level.stamp end,
    case when lower(sortorder) = 'desc' then lower(level.name) end collate "C" desc,
    case when lower(sortorder) <> 'desc' then lower(level.name) end collate "C"
  limit least(coalesce(limits, 100), 1500)
  offset offsets
$$;

create or replace function storage.update_updated_at_column() returns trigger language plpgsql as $$
begin
  new.updated_at = now();
  return new;
end
$$;

create or replace function storage.enforce_bucket_name_length() returns trigger language plpgsql as $$
begin
  if length(new.name) > 100 then
    raise exception 'bucket name "%" is too long (% characters). Max is 100.', new.name, length(new.name);
  end if;
  return new;
end
$$;

-- A row deleted by SQL would leave its file behind. The Storage API sets storage.allow_delete_query for its own.
create or replace function storage.protect_delete() returns trigger language plpgsql as $$
begin
  if coalesce(current_setting('storage.allow_delete_query', true), 'false') <> 'true' then
    raise exception 'Direct deletion from storage tables is not allowed. Use the Storage API instead.'
      using hint = 'This prevents accidental data loss from orphaned objects.', errcode = '42501';
  end if;
  return null;
end
$$;

create or replace trigger update_objects_updated_at
  before update on storage.objects for each row execute function storage.update_updated_at_column();
create or replace trigger enforce_bucket_name_length_trigger
  before insert or update of name on storage.buckets
  for each row execute function storage.enforce_bucket_name_length();
create or replace trigger protect_objects_delete
  before delete on storage.objects for each statement execute function storage.protect_delete();
create or replace trigger protect_buckets_delete
  before delete on storage.buckets for each statement execute function storage.protect_delete();
