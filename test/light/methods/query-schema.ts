/** Tables that the methods of the query builder are tried on. */
export const PEOPLE = `
  alter role authenticator set pgrst.db_aggregates_enabled = 'true';
  create table public.people (
    id int primary key,
    name text not null unique,
    age int,
    tags text[] not null default '{}',
    profile jsonb,
    span int4range,
    bio text
  );
  insert into public.people values
    (1, 'Ada', 36, '{math,code}', '{"city": "London", "langs": ["en", "fr"]}', '[1,5)', 'programs engines'),
    (2, 'Bob', 20, '{code}', '{"city": "Paris"}', '[5,10)', 'writes letters'),
    (3, 'Cy, the third', null, '{}', null, '[20,30)', null);
  create table public.letters (
    id int primary key,
    sender int not null references public.people,
    body text not null
  );
  insert into public.letters values (1, 1, 'b'), (2, 1, 'a'), (3, 2, 'c');
  create table public.drafts (
    id int generated always as identity primary key,
    name text unique,
    kind text default 'note',
    size int
  );
  create function public.add(a int, b int default 1) returns int language sql immutable as 'select a + b';
  create function public.grown_up(years int) returns setof public.people language sql stable
    as 'select * from public.people where age >= years';
  create function public.keep(name text) returns void language sql
    as 'insert into public.drafts (name) values (name)';
  create function public.initial(public.people) returns text language sql stable as 'select left($1.name, 1)';
  create schema store;
  grant usage on schema store to service_role;
  create table store.wares (sku text primary key);
  grant all on store.wares to service_role;
`;

/** Stands for the one of PostGIS, which the bundled Postgres lacks: it makes a feature of a row. */
export const GEOJSON_FUNCTION = `
  create function public.st_asgeojson(row_ record) returns text language plpgsql stable as $$
    begin
      return json_build_object('type', 'Feature', 'geometry', null, 'properties', to_json(row_));
    end
  $$;
`;
