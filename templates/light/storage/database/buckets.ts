import { fail, type Outcome, succeed } from '../failures.ts';
import type { BucketRow } from './rows.ts';
import type { Sql } from '../../database/sql.ts';

export interface NewBucket {
  readonly id: string;
  readonly name: string;
  readonly owner: string | undefined;
  readonly public: boolean;
  readonly sizeLimit: number | null;
  readonly mimeTypes: readonly string[] | null;
}

/** What is undefined stays as it is. */
export type BucketChange = {
  readonly public?: boolean | undefined;
  readonly sizeLimit?: number | null | undefined;
  readonly mimeTypes?: readonly string[] | null | undefined;
};

export interface BucketPage {
  readonly limit: number | null;
  readonly offset: number;
  readonly search: string;
  readonly sortColumn: 'id' | 'name' | 'created_at' | 'updated_at';
  readonly sortOrder: 'asc' | 'desc';
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** The deprecated column `owner` can only hold a UUID; `owner_id` holds any subject. */
export function ownerColumns(subject: string | undefined): { owner: string | null; owner_id: string | null } {
  return { owner: subject !== undefined && UUID.test(subject) ? subject : null, owner_id: subject ?? null };
}

export async function insertBucket(sql: Sql, bucket: NewBucket): Promise<Outcome<void>> {
  const { owner, owner_id } = ownerColumns(bucket.owner);
  await sql`
    insert into storage.buckets (id, name, owner, owner_id, public, file_size_limit, allowed_mime_types)
    values (
      ${bucket.id}, ${bucket.name}, ${owner}, ${owner_id}, ${bucket.public}, ${bucket.sizeLimit},
      ${bucket.mimeTypes}
    )`;
  return succeed(undefined);
}

export async function selectBucket(sql: Sql, id: string): Promise<Outcome<BucketRow>> {
  const [bucket] = await sql<BucketRow[]>`
    select id, name, owner, public, type, file_size_limit::float8, allowed_mime_types, created_at, updated_at
    from storage.buckets where id = ${id}`;
  return bucket === undefined ? fail('NoSuchBucket') : succeed(bucket);
}

export async function selectBuckets(sql: Sql, page: BucketPage): Promise<Outcome<BucketRow[]>> {
  const order = page.sortOrder === 'asc' ? sql`asc` : sql`desc`;
  const buckets = await sql<BucketRow[]>`
    select id, name, owner, public, type, file_size_limit::float8, allowed_mime_types, created_at, updated_at
    from storage.buckets where strpos(lower(name), lower(${page.search})) > 0 or ${page.search} = ''
    order by ${sql(page.sortColumn)} ${order}
    limit ${page.limit} offset ${page.offset}`;
  return succeed([...buckets]);
}

export async function updateBucket(sql: Sql, id: string, change: BucketChange): Promise<Outcome<void>> {
  const { public: isPublic = sql`public`, sizeLimit = sql`file_size_limit` } = change;
  const { mimeTypes = sql`allowed_mime_types` } = change;
  const updated = await sql`
    update storage.buckets
    set public = ${isPublic}, file_size_limit = ${sizeLimit}, updated_at = now(),
      allowed_mime_types = ${mimeTypes}
    where id = ${id}`;
  return updated.count === 0 ? fail('NoSuchBucket') : succeed(undefined);
}

export async function deleteBucket(sql: Sql, id: string): Promise<Outcome<void>> {
  const deleted = await sql`delete from storage.buckets where id = ${id}`;
  return deleted.count === 0 ? fail('NoSuchBucket') : succeed(undefined);
}
