import { type Outcome, succeed } from '../failures.ts';
import type { Sql } from '../../database/sql.ts';

type SortColumn = 'name' | 'created_at' | 'updated_at' | 'last_accessed_at';
type SortOrder = 'asc' | 'desc';

/** A folder has neither id nor dates. */
export interface ListedRow {
  name: string;
  id: string | null;
  updated_at: Date | null;
  created_at: Date | null;
  last_accessed_at: Date | null;
  metadata: Record<string, unknown> | null;
}

export interface Level {
  readonly bucket: string;
  /** Of the folder, with a slash at its end; empty for the bucket itself. */
  readonly prefix: string;
  readonly search: string;
  readonly limit: number;
  readonly offset: number;
  readonly column: SortColumn;
  readonly order: SortOrder;
}

/** One level of a bucket, by the function that storage-api uses too. */
export async function searchLevel(sql: Sql, level: Level): Promise<Outcome<readonly ListedRow[]>> {
  const depth = level.prefix.split('/').length;
  const rows = await sql<ListedRow[]>`
    select name, id, updated_at, created_at, last_accessed_at, metadata
    from storage.search(
      ${level.prefix}, ${level.bucket}, ${level.limit}, ${depth}, ${level.offset}, ${level.search}, ${level.column},
      ${level.order}
    )`;
  return succeed(rows);
}

export async function findExactly(
  sql: Sql,
  { bucket, name }: { bucket: string; name: string },
): Promise<Outcome<readonly ListedRow[]>> {
  const rows = await sql<ListedRow[]>`
    select storage.filename(name) as name, id, updated_at, created_at, last_accessed_at, metadata
    from storage.objects where bucket_id = ${bucket} and name = ${name}`;
  return succeed(rows);
}

/** Where the page before ended. */
interface Position {
  readonly name: string;
  /** Of the sort column, to the microsecond; null when sorted by name. */
  readonly stamp: string | null;
}

export interface Page {
  readonly bucket: string;
  readonly prefix: string;
  /** Whether what lies deeper is shown as folders. */
  readonly folders: boolean;
  /** Only the object whose name is the prefix. */
  readonly exact: boolean;
  readonly limit: number;
  readonly column: Exclude<SortColumn, 'last_accessed_at'>;
  readonly order: SortOrder;
  readonly after: Position | undefined;
}

export interface PageRow extends ListedRow {
  /** Last part of the name, in a listing with folders. */
  key: string;
  stamp: string | null;
}

/** A page of names that begin with a prefix, from a position on. A folder is as old as the youngest of what it holds. */
export async function selectPage(sql: Sql, page: Page): Promise<Outcome<readonly PageRow[]>> {
  const { prefix, column, after } = page;
  const descending = page.order === 'desc';
  const direction = descending ? sql`desc` : sql`asc`;
  const further = descending ? sql`<` : sql`>`;
  const stamp = column === 'name' ? sql`null::timestamptz` : sql`objects.${sql(column)}`;
  const cut = page.folders ? sql`strpos(substr(objects.name, ${prefix.length + 1}), '/')` : sql`0`;
  const matches = page.exact
    ? sql`objects.name = ${prefix}`
    : sql`starts_with(objects.name collate "C", ${prefix})`;
  const beyond =
    after === undefined
      ? sql`true`
      : after.stamp === null
        ? sql`name collate "C" ${further} ${after.name}`
        : sql`(stamp, name collate "C") ${further} (${after.stamp}::text::timestamptz, ${after.name})`;
  const rows = await sql<PageRow[]>`
    with found as (
      select objects.*, ${cut} as cut, ${stamp} as stamp
      from storage.objects where bucket_id = ${page.bucket} and ${matches}
    ),
    entries as (
      select name, id, updated_at, created_at, last_accessed_at, metadata, stamp from found where cut = 0
      union all
      select left(name, ${prefix.length} + cut), null, null, null, null, null, max(stamp)
      from found where cut > 0 group by 1
    )
    select
      split_part(rtrim(name, '/'), '/', -1) as key, name, id, updated_at, created_at, last_accessed_at, metadata,
      stamp::text
    from entries where ${beyond}
    order by stamp ${direction}, name collate "C" ${direction}
    limit ${page.limit}`;
  return succeed(rows);
}
