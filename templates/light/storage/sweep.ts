import { setTimeout as delay } from 'node:timers/promises';
import { describeError } from '../server/log.ts';
import type { StorageDatabase } from './database/storage-database.ts';
import { selectKnownVersions } from './database/versions.ts';
import type { ListedFile } from './objects.port.ts';
import type { Storage } from './storage.ts';

const DAY_MS = 86_400_000;

/** As many files are compared with their rows at once. */
const BATCH = 5000;

/** Clients of resumable uploads are told the same. */
export const UPLOAD_LIFETIME_MS = DAY_MS;

/**
 * Removes what crashes leave behind: files without a row, unfinished writes, uploads that nobody resumed. At the
 * start, and once a day. A file is taken for orphaned only when two looks, `graceMs` apart, found no row of it: the
 * row of a new one comes right after the file.
 */
export function startSweeping(storage: Storage, graceMs: number): { stop(): Promise<void> } {
  const stopped = new AbortController();
  const pause = (ms: number) => delay(ms, undefined, { signal: stopped.signal, ref: false });

  async function sweepOnce(): Promise<void> {
    const suspects = await findOrphans(storage.database, storage.files.list());
    await pause(graceMs);
    const removed = await removeOrphans(storage.database, suspects);
    const now = Date.now();
    await storage.files.discardPartial(new Date(now - graceMs));
    for (const version of await storage.files.uploads.begunBefore(new Date(now - UPLOAD_LIFETIME_MS)))
      await storage.files.uploads.drop(version);
    if (removed > 0) storage.log('info', 'removed files without a row', { count: removed });
  }

  async function sweepDaily(): Promise<void> {
    while (!stopped.signal.aborted) {
      try {
        await sweepOnce();
      } catch (error) {
        if (!stopped.signal.aborted) storage.log('warn', 'sweep failed', describeError(error));
      }
      await pause(DAY_MS).catch(() => undefined);
    }
  }

  const sweeping = finishWhole(storage).then(sweepDaily);
  return {
    stop() {
      stopped.abort();
      return sweeping;
    },
  };
}

async function finishWhole(storage: Storage): Promise<void> {
  try {
    const versions = await storage.files.uploads.begunBefore(new Date());
    if (versions.length === 0) return;
    const { finishIfWhole } = await import('./resumable/finish-upload.ts');
    for (const version of versions) await finishIfWhole(storage, version);
  } catch (error) {
    storage.log('warn', 'uploads not looked through', describeError(error));
  }
}

async function findOrphans(
  database: StorageDatabase,
  files: AsyncIterable<ListedFile>,
): Promise<ListedFile[]> {
  const orphans: ListedFile[] = [];
  let batch: ListedFile[] = [];
  for await (const file of files) {
    batch.push(file);
    if (batch.length < BATCH) continue;
    orphans.push(...(await withoutRow(database, batch)));
    batch = [];
  }
  return [...orphans, ...(await withoutRow(database, batch))];
}

async function removeOrphans(database: StorageDatabase, suspects: readonly ListedFile[]): Promise<number> {
  const orphans = await withoutRow(database, suspects);
  for (const orphan of orphans) await orphan.remove();
  return orphans.length;
}

async function withoutRow(database: StorageDatabase, files: readonly ListedFile[]): Promise<ListedFile[]> {
  if (files.length === 0) return [];
  const known = await database.asService((sql) =>
    selectKnownVersions(
      sql,
      files.map(({ version }) => version),
    ),
  );
  if (!known.ok) throw new Error(known.failure.message);
  return files.filter(({ version }) => !known.value.has(version));
}
