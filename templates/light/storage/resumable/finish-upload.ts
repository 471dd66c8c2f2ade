import { randomUUID } from 'node:crypto';
import type { Outcome } from '../failures.ts';
import type { UnfinishedUpload } from '../objects.port.ts';
import type { Storage } from '../storage.ts';
import { recordFile } from '../uploads/record.ts';
import { metadataOf } from '../uploads/upload.ts';
import { readNote } from './upload-note.ts';
import { readWish } from './wish.ts';

/** Makes an object of an upload whose last byte has arrived. */
export async function finishUpload(
  storage: Storage,
  { address, note }: UnfinishedUpload,
  operation: string,
): Promise<Outcome<unknown>> {
  const { metadata, owner, upsert } = readNote(note);
  const file = await readWish(storage, metadata);
  if (!file.ok) return file;
  const stored = await storage.files.uploads.finish(address.version);
  const object = {
    ...address,
    id: randomUUID(),
    owner,
    metadata: metadataOf(stored, file.value),
    userMetadata: file.value.userMetadata,
  };
  return recordFile(storage, object, { upsert, operation });
}

/**
 * Finishes an upload that was whole when the process ended, before it was an object: its client has been told that
 * every byte is there, and will not come back.
 */
export async function finishIfWhole(storage: Storage, version: string): Promise<void> {
  const upload = await storage.files.uploads.find(version);
  if (upload === undefined || upload.size < readNote(upload.note).length) return;
  const finished = await finishUpload(storage, upload, 'storage.tus.upload.part');
  if (!finished.ok) storage.log('warn', 'upload not finished', { code: finished.failure.code });
}
