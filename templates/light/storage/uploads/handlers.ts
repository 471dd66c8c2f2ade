import { fail, succeed } from '../failures.ts';
import { SERVICE } from '../database/storage-database.ts';
import { verifyUploadToken } from '../signing/tokens.ts';
import type { Handler, StorageRequest } from '../storage-request.ts';
import { upload } from './upload.ts';

const uploadAs =
  (mayReplace: (request: Request) => boolean): Handler =>
  async (storage, { request, scope, bucket, name }) => {
    const owner = scope.identity.claims.sub;
    const uploaded = await upload(
      storage,
      { scope, owner, bucket, name, upsert: mayReplace(request) },
      request,
    );
    if (!uploaded.ok) return uploaded;
    return succeed(Response.json({ Id: uploaded.value.id, Key: `${bucket}/${name}` }));
  };

export const createObject: Handler = uploadAs((request) => request.headers.get('x-upsert') === 'true');
export const updateObject: Handler = uploadAs(() => true);

/** Whoever made the signed URL was asked for their rights then; the upload itself needs none. */
export const uploadToSignedUrl: Handler = async (storage, parts: StorageRequest) => {
  const { request, url, scope, bucket, name } = parts;
  const token = url.searchParams.get('token');
  if (token === null) return fail('InvalidRequest', "querystring must have required property 'token'");
  const signed = await verifyUploadToken(storage, token, `${bucket}/${name}`);
  if (!signed.ok) return signed;
  const { owner, upsert } = signed.value;
  const asService = { ...scope, identity: SERVICE };
  const uploaded = await upload(storage, { scope: asService, bucket, name, owner, upsert }, request);
  return uploaded.ok ? succeed(Response.json({ Key: `${bucket}/${name}` })) : uploaded;
};
