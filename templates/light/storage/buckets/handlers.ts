import { z } from 'zod';
import {
  deleteBucket,
  insertBucket,
  selectBucket,
  selectBuckets,
  updateBucket,
} from '../database/buckets.ts';
import { fail, succeed } from '../failures.ts';
import { checkBucketName, checkNewBucketName } from '../names.ts';
import { parseBody, parseQuery } from '../parse.ts';
import type { Handler } from '../storage-request.ts';
import { BucketChangeBody, checkOptions, NewBucketBody } from './bucket-options.ts';

const ListQuery = z.object({
  limit: z.coerce.number().int().min(1).optional(),
  offset: z.coerce.number().int().min(0).default(0),
  search: z.string().default(''),
  sortColumn: z.enum(['id', 'name', 'created_at', 'updated_at']).default('name'),
  sortOrder: z.enum(['asc', 'desc']).default('asc'),
});

export const createBucket: Handler = async ({ database, sizeLimit }, { request, scope }) => {
  const body = await parseBody(request, NewBucketBody);
  if (!body.ok) return body;
  const { name, id = name, type = 'STANDARD' } = body.value;
  if (type !== 'STANDARD') return fail('FeatureNotEnabled', `Buckets of type ${type} are not enabled.`);
  const valid = [id, name].map(checkNewBucketName).find((outcome) => !outcome.ok);
  if (valid?.ok === false) return valid;
  const options = checkOptions(body.value, sizeLimit);
  if (!options.ok) return options;
  const bucket = {
    id,
    name,
    owner: scope.identity.claims.sub,
    public: body.value.public ?? false,
    sizeLimit: options.value.sizeLimit ?? null,
    mimeTypes: options.value.mimeTypes ?? null,
  };
  const created = await database.transaction(scope, (sql) => insertBucket(sql, bucket), {
    '23505': 'BucketAlreadyExists',
  });
  return created.ok ? succeed(Response.json({ name })) : created;
};

export const getBucket: Handler = async ({ database }, { scope, bucket }) => {
  const found = await database.transaction(scope, (sql) => selectBucket(sql, bucket));
  return found.ok ? succeed(Response.json(found.value)) : found;
};

export const listBuckets: Handler = async ({ database }, { scope, url }) => {
  const query = parseQuery(url.searchParams, ListQuery);
  if (!query.ok) return query;
  const { limit = null, ...rest } = query.value;
  const found = await database.transaction(scope, (sql) => selectBuckets(sql, { ...rest, limit }));
  return found.ok ? succeed(Response.json(found.value)) : found;
};

export const changeBucket: Handler = async ({ database, sizeLimit }, { request, scope, bucket }) => {
  const name = checkBucketName(bucket);
  if (!name.ok) return name;
  const body = await parseBody(request, BucketChangeBody);
  if (!body.ok) return body;
  const options = checkOptions(body.value, sizeLimit);
  if (!options.ok) return options;
  const change = { ...options.value, public: body.value.public };
  if (Object.values(change).every((value) => value === undefined))
    return fail('InvalidRequest', 'No content provided');
  const changed = await database.transaction(scope, (sql) => updateBucket(sql, bucket, change));
  return changed.ok ? succeed(Response.json({ message: 'Successfully updated' })) : changed;
};

export const removeBucket: Handler = async ({ database }, { scope, bucket }) => {
  const removed = await database.transaction(scope, (sql) => deleteBucket(sql, bucket), {
    '23503': 'ResourceNotEmpty',
  });
  return removed.ok ? succeed(Response.json({ message: 'Successfully deleted' })) : removed;
};

/** The policy of buckets that move old versions away belongs to versioning, which the light template has not. */
export const bucketLifecycle: Handler = async () =>
  fail('FeatureNotEnabled', 'The feature bucket-lifecycle is not enabled for this resource');
