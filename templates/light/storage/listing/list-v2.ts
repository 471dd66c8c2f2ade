import { z } from 'zod';
import { type ListedRow, type PageRow, selectPage } from '../database/listing.ts';
import { succeed } from '../failures.ts';
import { checkBucketName } from '../names.ts';
import { parseBody } from '../parse.ts';
import type { Handler } from '../storage-request.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { VersionFilters, wantsOnlyVersions } from './version-filters.ts';

/** storage-api's; a larger limit is brought down to it. */
const LARGEST_PAGE = 1000;

const ListBody = z.object({
  ...VersionFilters,
  prefix: z.string().default(''),
  limit: z.int().min(1).default(LARGEST_PAGE),
  cursor: z.string().optional(),
  with_delimiter: z.boolean().default(false),
  exactMatch: z.boolean().default(false),
  sortBy: z
    .object({
      column: z.enum(['name', 'updated_at', 'created_at']),
      order: z.enum(['asc', 'desc']).default('asc'),
    })
    .default({ column: 'name', order: 'asc' }),
});

/** Page by page, either all names or one level with its folders. */
export const listObjectsV2: Handler = async ({ database }, { request, scope, bucket }) => {
  const valid = checkBucketName(bucket);
  if (!valid.ok) return valid;
  const body = await parseBody(request, ListBody);
  if (!body.ok) return body;
  const { prefix, cursor, with_delimiter: folders, exactMatch: exact, sortBy } = body.value;
  const from = cursor === undefined ? undefined : decodeCursor(cursor);
  if (from?.ok === false) return from;
  if (wantsOnlyVersions(body.value))
    return succeed(Response.json({ hasNext: false, ...pageOf([], folders) }));
  const limit = Math.min(body.value.limit, LARGEST_PAGE);
  const { column, order } = from?.value ?? sortBy;
  // One more than asked for, to know whether there is a next page.
  const page = { bucket, prefix, folders, exact, column, order, after: from?.value, limit: limit + 1 };
  const found = await database.transaction(scope, (sql) => selectPage(sql, page));
  if (!found.ok) return found;
  const rows = found.value.slice(0, limit);
  const last = rows.at(-1);
  const more = found.value.length > limit && last !== undefined;
  const next = more
    ? { nextCursor: encodeCursor({ name: last.name, stamp: last.stamp, column, order }) }
    : {};
  return succeed(Response.json({ hasNext: more, ...next, ...pageOf(rows, folders) }));
};

function pageOf(rows: readonly PageRow[], folders: boolean) {
  const entries = rows.map((row) => ({ ...(folders ? { key: row.key } : {}), ...entryOf(row) }));
  return {
    folders: entries.filter(({ id }) => id === null),
    objects: entries.filter(({ id }) => id !== null),
  };
}

function entryOf({ name, id, updated_at, created_at, last_accessed_at, metadata }: PageRow): ListedRow {
  return { name, id, updated_at, created_at, last_accessed_at, metadata };
}
