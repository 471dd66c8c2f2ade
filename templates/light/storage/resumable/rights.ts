import { type Scope, SERVICE } from '../database/storage-database.ts';
import { fail, type Outcome, succeed } from '../failures.ts';
import { verifyUploadToken } from '../signing/tokens.ts';
import type { Storage } from '../storage.ts';
import type { StorageRequest } from '../storage-request.ts';

/** On whose behalf a request uploads, and whether it may replace what is there. */
interface Rights {
  readonly scope: Scope;
  readonly owner: string | undefined;
  readonly upsert: boolean;
}

/** Who may upload to a path: decided before a byte is taken, each time. */
export type FindRights = (
  storage: Storage,
  request: StorageRequest,
  path: string,
) => Promise<Outcome<Rights>>;

export const rightsOfCaller: FindRights = async (_storage, { request, scope }) =>
  succeed({
    scope,
    owner: scope.identity.claims.sub,
    upsert: request.headers.get('x-upsert') === 'true',
  });

export const rightsOfSignature: FindRights = async (storage, { request, scope }, path) => {
  const signature = request.headers.get('x-signature');
  if (signature === null) return fail('InvalidSignature', 'Missing x-signature header');
  const signed = await verifyUploadToken(storage, signature, path);
  if (!signed.ok) return signed;
  const { owner, upsert } = signed.value;
  return succeed({ scope: { ...scope, identity: SERVICE }, owner, upsert });
};
