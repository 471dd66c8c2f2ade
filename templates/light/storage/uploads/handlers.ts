import { fail, type Outcome, succeed } from '../failures.ts';
import { SERVICE } from '../database/storage-database.ts';
import { verifyUploadToken } from '../signing/tokens.ts';
import type { ObjectRow } from '../database/rows.ts';
import type { Storage } from '../storage.ts';
import type { Handler } from '../storage-request.ts';
import type { UploadTarget } from './permission.ts';
import { upload } from './upload.ts';

const uploadAs =
  (mayReplace: (request: Request) => boolean): Handler =>
  async (storage, { request, scope, bucket, name }) => {
    const owner = scope.identity.claims.sub;
    const target = { scope, owner, bucket, name, upsert: mayReplace(request) };
    return receive(storage, target, request, ({ id }) => ({ Id: id, Key: `${bucket}/${name}` }));
  };

export const createObject: Handler = uploadAs((request) => request.headers.get('x-upsert') === 'true');
export const updateObject: Handler = uploadAs(() => true);

/** Whoever made the signed URL was asked for their rights then; the upload itself needs none. */
export const uploadToSignedUrl: Handler = async (storage, { request, url, scope, bucket, name }) => {
  const token = url.searchParams.get('token');
  if (token === null) return fail('InvalidRequest', "querystring must have required property 'token'");
  const signed = await verifyUploadToken(storage, token, `${bucket}/${name}`);
  if (!signed.ok) return signed;
  const { owner, upsert } = signed.value;
  const target = { scope: { ...scope, identity: SERVICE }, bucket, name, owner, upsert };
  return receive(storage, target, request, () => ({ Key: `${bucket}/${name}` }));
};

async function receive(
  storage: Storage,
  target: UploadTarget,
  request: Request,
  describe: (object: ObjectRow) => object,
): Promise<Outcome<Response>> {
  const uploaded = await upload(storage, target, request);
  return uploaded.ok ? succeed(Response.json(describe(uploaded.value))) : uploaded;
}
