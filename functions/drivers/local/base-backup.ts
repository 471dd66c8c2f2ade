import { mkdir, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client } from 'pg';
import { z } from 'zod';
import { writeFileAtomic } from './atomic-file.ts';
import type { Cluster } from './clusters.ts';
import { copyLiveTree } from './copy-tree.ts';
import { unlessAbsent } from './failures.ts';
import { syncTree } from './sync-tree.ts';

/** Nothing of these belongs into a copy: the log is kept apart, slots and the pid are those of one server. */
const LEFT_OUT = new Set(['pg_wal', 'pg_replslot', 'postmaster.pid', 'postmaster.opts']);
/** A server does not start without these folders. */
const EMPTY_FOLDERS = ['pg_wal', 'pg_replslot'];

const manifestSchema = z.object({
  name: z.string().nullable(),
  completed: z.iso.datetime(),
  /** The first file of the log that it takes to start from it; null: it has all that it needs. */
  wal: z.string().nullable(),
});
export type Manifest = z.infer<typeof manifestSchema>;

/** `clusters/<id>/backups/<number>`, each with a data directory, its manifest and the record of scripts applied. */
const backupsFolder = (cluster: Cluster): string => join(cluster.folder, 'backups');
export const backupFolder = (cluster: Cluster, id: number): string => join(backupsFolder(cluster), `${id}`);

/** The numbers of those that are whole. */
export async function backupIds(cluster: Cluster): Promise<readonly number[]> {
  const names = (await unlessAbsent(readdir(backupsFolder(cluster)))) ?? [];
  return names.filter((name) => /^\d+$/.test(name)).map(Number);
}

export async function readManifest(folder: string): Promise<Manifest> {
  return manifestSchema.parse(JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8')));
}

export function writeManifest(folder: string, manifest: Manifest): Promise<void> {
  return writeFileAtomic(join(folder, 'manifest.json'), JSON.stringify(manifest));
}

/** Copies the data directory while its server runs, and makes the copy visible when it is whole. */
export async function copyBase(
  client: Client,
  cluster: Cluster,
  { id, name, now }: { readonly id: number; readonly name: string | null; readonly now: () => Date },
): Promise<void> {
  const folder = backupFolder(cluster, id);
  const draft = `${folder}.tmp`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { recursive: true, mode: 0o700 });
  const data = join(draft, 'pgdata');
  // Fast: a checkpoint now instead of one spread over minutes.
  await client.query('select pg_backup_start($1, true)', [`${id}`]);
  await copyLiveTree(cluster.data, data, (entry) => LEFT_OUT.has(entry));
  // It may be the control plane's own, which is not copied with what is the server's.
  const history = await recoveryOf(cluster.data);
  if (history !== undefined && history > 0) await noteRecovery(data, history);
  for (const each of EMPTY_FOLDERS) await mkdir(join(data, each), { mode: 0o700 });
  await copyApplied(cluster.folder, draft);
  // Answers when the log up to here is in the archive, without which the copy is worth nothing.
  const { rows } = await client.query<{ labelfile: string }>('select labelfile from pg_backup_stop(true)');
  const label = rows[0]?.labelfile ?? '';
  const wal = /^START WAL LOCATION: \S+ \(file ([0-9A-F]{24})\)/m.exec(label)?.[1];
  if (wal === undefined) throw new Error('Postgres did not say where the log of a backup begins');
  await writeFile(join(data, 'backup_label'), label, { mode: 0o600 });
  await writeManifest(draft, { name, completed: now().toISOString(), wal });
  await syncTree(draft);
  await rename(draft, folder);
}

/** Which scripts have been run is part of what a database is; a record that is too old only has them run again. */
export async function copyApplied(from: string, to: string): Promise<void> {
  const applied = await unlessAbsent(readFile(join(from, 'applied.json')));
  if (applied !== undefined) await writeFileAtomic(join(to, 'applied.json'), applied);
}

const RECOVERY_FILE = 'baseplane.recovery';

/** Which recovery a data directory came out of; 0: none. It marks one that is whole, and the history that it goes on. */
export async function recoveryOf(data: string): Promise<number | undefined> {
  if ((await unlessAbsent(stat(data))) === undefined) return undefined;
  const text = await unlessAbsent(readFile(join(data, RECOVERY_FILE), 'utf8'));
  return Number(text ?? 0);
}

export function noteRecovery(data: string, id: number): Promise<void> {
  return writeFileAtomic(join(data, RECOVERY_FILE), `${id}`);
}

export async function forgetRecovery(data: string): Promise<void> {
  await rm(join(data, RECOVERY_FILE), { force: true });
}
