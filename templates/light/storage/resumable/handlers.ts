import { succeed } from '../failures.ts';
import type { Handler } from '../storage-request.ts';
import { type FindRights, rightsOfCaller, rightsOfSignature } from './rights.ts';

const serve =
  (findRights: FindRights): Handler =>
  async (storage, request) => {
    // Loaded by the first resumable upload: most projects have none.
    const { serveTus } = await import('./tus-server.ts');
    return succeed(await serveTus(storage, request, findRights));
  };

export const uploadInPieces: Handler = serve(rightsOfCaller);
export const uploadInPiecesSigned: Handler = serve(rightsOfSignature);
