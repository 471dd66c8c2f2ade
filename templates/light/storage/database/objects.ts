import { fail, type Outcome, succeed } from '../failures.ts';
import { ownerColumns } from './buckets.ts';
import type { FileMetadata, ObjectRow } from './rows.ts';
import type { Sql } from '../../database/sql.ts';

export interface ObjectName {
  readonly bucket: string;
  readonly name: string;
}

export interface NewObject extends ObjectName {
  readonly id: string;
  readonly version: string;
  readonly owner: string | undefined;
  readonly metadata: Partial<FileMetadata>;
  readonly userMetadata: Readonly<Record<string, unknown>> | undefined;
}

/** A bucket's page when it is emptied, so that no transaction is long and no list of files large. */
const PAGE = 1000;

const columns = (sql: Sql) => sql`
  objects.id, objects.bucket_id, objects.name, objects.version, objects.owner, objects.owner_id, objects.metadata,
  objects.user_metadata, objects.created_at, objects.updated_at, objects.last_accessed_at`;

export async function selectObject(sql: Sql, { bucket, name }: ObjectName): Promise<Outcome<ObjectRow>> {
  const [object] = await sql<ObjectRow[]>`
    select ${columns(sql)} from storage.objects where bucket_id = ${bucket} and name = ${name}`;
  return object === undefined ? fail('NoSuchKey') : succeed(object);
}

/** Whether the bucket is public and, if there is one, the object in it. */
export async function selectWithBucket(
  sql: Sql,
  { bucket, name }: ObjectName,
): Promise<Outcome<{ isPublic: boolean; object: ObjectRow | undefined }>> {
  type Row = Omit<ObjectRow, 'id'> & { id: string | null; is_public: boolean };
  const [row] = await sql<Row[]>`
    select buckets.public as is_public, ${columns(sql)}
    from storage.buckets left join storage.objects on objects.bucket_id = buckets.id and objects.name = ${name}
    where buckets.id = ${bucket}`;
  if (row === undefined) return fail('NoSuchBucket');
  const { id, is_public: isPublic, ...rest } = row;
  return succeed({ isPublic, object: id === null ? undefined : { ...rest, id } });
}

export async function selectNames(
  sql: Sql,
  bucket: string,
  names: readonly string[],
): Promise<Outcome<ReadonlySet<string>>> {
  const found = await sql<{ name: string }[]>`
    select name from storage.objects where bucket_id = ${bucket} and name = any(${names})`;
  return succeed(new Set(found.map(({ name }) => name)));
}

/** Without `returning`, which would ask for the right to read what was written. */
export async function insertObject(sql: Sql, object: NewObject): Promise<Outcome<unknown>> {
  return succeed(await sql`insert into storage.objects ${valuesOf(sql, object)}`);
}

export async function upsertObject(sql: Sql, object: NewObject): Promise<Outcome<ObjectRow>> {
  const [row] = await sql<ObjectRow[]>`
    insert into storage.objects ${valuesOf(sql, object)}
    on conflict (bucket_id, name) do update set
      version = excluded.version, metadata = excluded.metadata, user_metadata = excluded.user_metadata,
      owner = coalesce(excluded.owner, objects.owner), owner_id = coalesce(excluded.owner_id, objects.owner_id)
    returning ${columns(sql)}`;
  return row === undefined ? fail('AccessDenied') : succeed(row);
}

/** The version that is there now. Until the transaction ends nobody else puts another into its place. */
export async function lockVersion(sql: Sql, { bucket, name }: ObjectName): Promise<string | undefined> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`${bucket}/${name}`}, 0))`;
  const [row] = await sql<{ version: string }[]>`
    select version from storage.objects where bucket_id = ${bucket} and name = ${name} for update`;
  return row?.version;
}

export interface Renaming {
  readonly from: ObjectName & { readonly version: string | null };
  readonly to: ObjectName & { readonly version: string };
  readonly owner: string | undefined;
}

export async function renameObject(sql: Sql, { from, to, owner }: Renaming): Promise<Outcome<ObjectRow>> {
  const owners = ownerColumns(owner);
  const [moved] = await sql<ObjectRow[]>`
    update storage.objects
    set bucket_id = ${to.bucket}, name = ${to.name}, version = ${to.version},
      owner = coalesce(${owners.owner}, owner), owner_id = coalesce(${owners.owner_id}, owner_id)
    where bucket_id = ${from.bucket} and name = ${from.name} and version is not distinct from ${from.version}
    returning ${columns(sql)}`;
  return moved === undefined ? fail('NoSuchKey') : succeed(moved);
}

export async function deleteObjects(
  sql: Sql,
  bucket: string,
  wanted: readonly { name: string; version: string | null }[],
): Promise<Outcome<readonly ObjectRow[]>> {
  const deleted = await sql<ObjectRow[]>`
    delete from storage.objects
    using jsonb_to_recordset(${JSON.stringify(wanted)}::text::jsonb) as wanted (name text, version text)
    where objects.bucket_id = ${bucket} and objects.name = wanted.name
      and (wanted.version is null or wanted.version = objects.version)
    returning ${columns(sql)}`;
  return succeed(deleted);
}

/** Of the next objects by name that the caller sees: what could be deleted, and how many could not. */
export async function deletePage(
  sql: Sql,
  bucket: string,
  { before, after }: { before: Date; after: string },
): Promise<Outcome<{ deleted: readonly ObjectRow[]; left: number; last: string | undefined }>> {
  const seen = await sql<{ id: string; name: string }[]>`
    select id, name from storage.objects
    where bucket_id = ${bucket} and created_at < ${before} and name collate "C" > ${after}
    order by name collate "C" limit ${PAGE}`;
  const deleted = await sql<ObjectRow[]>`
    delete from storage.objects where id = any(${seen.map(({ id }) => id)}::uuid[])
    returning ${columns(sql)}`;
  return succeed({ deleted, left: seen.length - deleted.length, last: seen.at(-1)?.name });
}

function valuesOf(sql: Sql, object: NewObject) {
  const { id, bucket, name, version, metadata, userMetadata } = object;
  const { owner, owner_id } = ownerColumns(object.owner);
  const custom = userMetadata === undefined ? null : JSON.stringify(userMetadata);
  return sql`
    (id, bucket_id, name, version, owner, owner_id, metadata, user_metadata)
    values (
      ${id}, ${bucket}, ${name}, ${version}, ${owner}, ${owner_id}, ${JSON.stringify(metadata)}::text::jsonb,
      ${custom}::text::jsonb
    )`;
}
