import { randomUUID } from 'node:crypto';
import { MemoryLocker, Server } from '@tus/server';
import { describeError } from '../../server/log.ts';
import type { Storage } from '../storage.ts';
import type { StorageRequest } from '../storage-request.ts';
import { mayUpload } from '../uploads/permission.ts';
import { finishUpload } from './finish-upload.ts';
import { locationOf } from './location.ts';
import type { FindRights } from './rights.ts';
import { answerOf, valueOrThrow } from './tus-failure.ts';
import { readNote } from './upload-note.ts';
import { UploadStore } from './upload-store.ts';
import { readWish, type UploadMetadata } from './wish.ts';

/** One request at a time works on an upload; one that comes after a broken connection ends the one before. */
const locker = new MemoryLocker();

/** Answers a request of the TUS protocol. Each has a server of its own, which knows on whose behalf it is. */
export function serveTus(storage: Storage, parts: StorageRequest, findRights: FindRights): Promise<Response> {
  const { request, url, name: uploadId, scope } = parts;
  const store = new UploadStore(storage.files.uploads);
  let limit = storage.sizeLimit;

  async function begin(metadata: UploadMetadata | undefined): Promise<string> {
    const version = randomUUID();
    const { bucket, name, ...file } = valueOrThrow(await readWish(storage, metadata));
    const rights = valueOrThrow(await findRights(storage, parts, `${bucket}/${name}`));
    const announced = {
      mimetype: file.mimeType,
      contentLength: Number(request.headers.get('upload-length')),
    };
    valueOrThrow(await mayUpload(storage, { bucket, name, ...rights }, announced, file.userMetadata));
    const headers = { contentType: file.mimeType, cacheControl: file.cacheControl };
    const { upsert, owner } = rights;
    store.beginning = { address: { bucket, name, version }, headers, upsert, owner };
    limit = file.limit;
    return version;
  }

  /** What was allowed at the beginning may not be any more. */
  async function goOn(id: string): Promise<void> {
    const { metadata, upsert } = readNote((await store.existing(id)).note);
    const { bucket, name, limit: current } = valueOrThrow(await readWish(storage, metadata));
    const rights = valueOrThrow(await findRights(storage, parts, `${bucket}/${name}`));
    valueOrThrow(await mayUpload(storage, { bucket, name, ...rights, upsert }));
    limit = current;
  }

  const server = new Server({
    path: '/',
    datastore: store,
    locker,
    namingFunction: (_request, metadata) => begin(metadata),
    maxSize: () => limit,
    disableTerminationForFinishedUploads: true,
    generateUrl: (_request, { id }) => locationOf(url, storage.externalUrl, id),
    getFileIdFromRequest: () => uploadId,
    // Whoever knows an upload's id may ask how far it is, as with storage-api.
    onIncomingRequest: async ({ method }, id) => {
      if (method === 'PATCH' || method === 'DELETE') await goOn(id);
    },
    onUploadFinish: async (_request, upload) => {
      valueOrThrow(await finishUpload(storage, await store.existing(upload.id), scope.operation));
      store.finished = upload;
      return { headers: { 'Tus-Complete': '1' } };
    },
    onResponseError: (_request, error) => {
      const answer = answerOf(error);
      if (answer !== undefined) return answer;
      storage.log('error', 'resumable upload failed', describeError(error));
      return { status_code: 500, body: 'The upload failed for a reason of the server.' };
    },
  });
  return server.handleWeb(request);
}
