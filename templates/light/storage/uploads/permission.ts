import { randomUUID } from 'node:crypto';
import { insertObject, type ObjectName, upsertObject } from '../database/objects.ts';
import type { FileMetadata } from '../database/rows.ts';
import type { Scope } from '../database/storage-database.ts';
import type { Outcome } from '../failures.ts';
import type { Storage } from '../storage.ts';

export interface UploadTarget extends ObjectName {
  readonly scope: Scope;
  readonly owner: string | undefined;
  /** Whether it may take the place of an object of that name. */
  readonly upsert: boolean;
}

/** Asks row-level security before a byte is read, by writing the row and taking it back, as storage-api does. */
export function mayUpload(
  { database }: Pick<Storage, 'database'>,
  target: UploadTarget,
  metadata: Partial<FileMetadata> = {},
  userMetadata?: Readonly<Record<string, unknown>>,
): Promise<Outcome<unknown>> {
  const { scope, upsert, ...name } = target;
  const object = { ...name, id: randomUUID(), version: '1', metadata, userMetadata };
  return database.rehearse<unknown>(
    scope,
    (sql) => (upsert ? upsertObject(sql, object) : insertObject(sql, object)),
    { '23505': 'KeyAlreadyExists' },
  );
}
