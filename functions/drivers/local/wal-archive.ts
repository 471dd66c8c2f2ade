import { chown, copyFile, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Cluster } from './clusters.ts';
import { unlessAbsent } from './failures.ts';
import type { Owner } from './supervised.ts';

/** Where a cluster's server puts its log. As long as the folder is not there, nothing is kept. */
export const walFolder = (cluster: Pick<Cluster, 'folder'>): string => join(cluster.folder, 'wal');

/** The folder comes as a variable, whatever characters are in its path. */
export const WAL_VARIABLE = 'BASEPLANE_WAL';

/**
 * For every server, so that the first backup takes no restart. A file that is there is written again: a copy of the
 * last one, which was still being written to, may have been put there by `saveRest`. There is no archive_timeout: what
 * has not been archived yet is found in the data directory, and an idle project writes nothing.
 */
export const ARCHIVE_SETTINGS: Readonly<Record<string, string>> = {
  archive_mode: 'on',
  archive_command: `[ ! -d "$${WAL_VARIABLE}" ] || { cp "%p" "$${WAL_VARIABLE}/%f.tmp" && mv "$${WAL_VARIABLE}/%f.tmp" "$${WAL_VARIABLE}/%f"; }`,
};

export const RESTORE_COMMAND = `cp "$${WAL_VARIABLE}/%f" "%p"`;

const LOG_FILE = /^(?:[0-9A-F]{24}|[0-9A-F]{8}\.history)$/;

/** From here on the server keeps its log. */
export async function openArchive(cluster: Cluster, owner: Owner | undefined): Promise<void> {
  const folder = walFolder(cluster);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if (owner !== undefined) await chown(folder, owner.uid, owner.gid);
}

/** Adds what a stopped server has not archived yet. */
export async function saveRest(cluster: Cluster, owner: Owner | undefined): Promise<void> {
  const from = join(cluster.data, 'pg_wal');
  for (const name of (await readdir(from)).filter((each) => LOG_FILE.test(each))) {
    const target = join(walFolder(cluster), name);
    await copyFile(join(from, name), `${target}.tmp`);
    if (owner !== undefined) await chown(`${target}.tmp`, owner.uid, owner.gid);
    await rename(`${target}.tmp`, target);
  }
}

/** Deletes the log from before a file. The number of the history, the first third of a name, says nothing of that. */
export async function dropBefore(cluster: Cluster, first: string): Promise<void> {
  const names = (await unlessAbsent(readdir(walFolder(cluster)))) ?? [];
  const older = names.filter((name) => /^[0-9A-F]{24}$/.test(name) && positionOf(name) < positionOf(first));
  for (const name of older) await rm(join(walFolder(cluster), name), { force: true });
}

const positionOf = (name: string) => name.slice(8);

export const earliest = (files: readonly string[]): string | undefined =>
  files.toSorted((a, b) => (positionOf(a) < positionOf(b) ? -1 : 1))[0];
