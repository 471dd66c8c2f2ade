import { z } from 'zod';
import { selectNames, selectObject } from '../database/objects.ts';
import { fail, succeed } from '../failures.ts';
import { checkBucketName, checkObjectName } from '../names.ts';
import { parseBody } from '../parse.ts';
import { formatTransform, TransformOptions } from '../images/transform-options.ts';
import type { Handler } from '../storage-request.ts';
import { mayUpload } from '../uploads/permission.ts';
import { findTarget } from '../uploads/upload.ts';
import { signDownload, signUpload } from './tokens.ts';

/** Supabase's: two hours. */
const UPLOAD_URL_SECONDS = 7200;

/** A thousand years: enough for anybody, and still a date. */
const ExpiresIn = z.int().min(1).max(31_536_000_000);

const SignBody = z.object({
  expiresIn: ExpiresIn,
  transform: TransformOptions.optional(),
  versionId: z.string().optional(),
});
const SignManyBody = z.object({ expiresIn: ExpiresIn, paths: z.array(z.string()).min(1).max(1000) });

export const signUrl: Handler = async (storage, { request, scope, bucket, name }) => {
  const body = await parseBody(request, SignBody);
  if (!body.ok) return body;
  const valid = checkObjectName(name);
  if (!valid.ok) return valid;
  const found = await storage.database.transaction(scope, (sql) => selectObject(sql, { bucket, name }));
  if (!found.ok) return found;
  const { expiresIn, transform, versionId: version } = body.value;
  if (version !== undefined && version !== found.value.version) return fail('NoSuchKey');
  const url = `${bucket}/${name}`;
  const transformations = transform === undefined ? '' : formatTransform(transform);
  const grant = {
    url,
    ...(transformations === '' ? {} : { transformations }),
    ...(version === undefined ? {} : { version }),
  };
  const token = await signDownload(storage, grant, expiresIn);
  const route = transformations === '' ? 'object' : 'render/image';
  return succeed(Response.json({ signedURL: `/${route}/sign/${url}?token=${token}` }));
};

export const signUrls: Handler = async (storage, { request, scope, bucket }) => {
  const valid = checkBucketName(bucket);
  if (!valid.ok) return valid;
  const body = await parseBody(request, SignManyBody);
  if (!body.ok) return body;
  const { paths, expiresIn } = body.value;
  const found = await storage.database.transaction(scope, (sql) => selectNames(sql, bucket, paths));
  if (!found.ok) return found;
  const signed = paths.map(async (path) => {
    const error = 'Either the object does not exist or you do not have access to it';
    if (!found.value.has(path)) return { error, path, signedURL: null };
    const url = `${bucket}/${path}`;
    const token = await signDownload(storage, { url }, expiresIn);
    return { error: null, path, signedURL: `/object/sign/${url}?token=${token}` };
  });
  return succeed(Response.json(await Promise.all(signed)));
};

export const signUploadUrl: Handler = async (storage, { request, scope, bucket, name }) => {
  const target = await findTarget(storage, { bucket, name });
  if (!target.ok) return target;
  const owner = scope.identity.claims.sub;
  const upsert = request.headers.get('x-upsert') === 'true';
  const allowed = await mayUpload(storage, { scope, bucket, name, owner, upsert });
  if (!allowed.ok) return allowed;
  const url = `${bucket}/${name}`;
  const grant = { url, upsert, ...(owner === undefined ? {} : { owner }) };
  const token = await signUpload(storage, grant, UPLOAD_URL_SECONDS);
  return succeed(Response.json({ url: `/object/upload/sign/${url}?token=${token}`, token }));
};
