import { z } from 'zod';
import { findExactly, searchLevel } from '../database/listing.ts';
import { succeed } from '../failures.ts';
import { checkBucketName } from '../names.ts';
import { parseBody } from '../parse.ts';
import type { Handler } from '../storage-request.ts';
import { VersionFilters, wantsOnlyVersions } from './version-filters.ts';

const ListBody = z.object({
  ...VersionFilters,
  prefix: z.string(),
  limit: z.int().min(1).max(1000).default(100),
  offset: z.int().min(0).max(2_147_483_647).default(0),
  search: z.string().default(''),
  exactMatch: z.boolean().default(false),
  sortBy: z
    .object({
      column: z.enum(['name', 'updated_at', 'created_at', 'last_accessed_at']).default('name'),
      order: z.enum(['asc', 'desc']).default('asc'),
    })
    .default({ column: 'name', order: 'asc' }),
});

/** One level of a bucket; folders are entries without an id. */
export const listObjects: Handler = async ({ database }, { request, scope, bucket }) => {
  const valid = checkBucketName(bucket);
  if (!valid.ok) return valid;
  const body = await parseBody(request, ListBody);
  if (!body.ok) return body;
  const { prefix, sortBy, exactMatch, limit, offset, search } = body.value;
  if (wantsOnlyVersions(body.value)) return succeed(Response.json([]));
  const folder = prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`;
  const found = await database.transaction(scope, (sql) =>
    exactMatch
      ? findExactly(sql, { bucket, name: prefix })
      : searchLevel(sql, { bucket, prefix: folder, search, limit, offset, ...sortBy }),
  );
  return found.ok ? succeed(Response.json(found.value)) : found;
};
