import { copyFile, chown, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client } from 'pg';
import { TransientError } from '../../core/kernel/errors.ts';
import type { Cluster } from './clusters.ts';
import { copyLiveTree } from './copy-tree.ts';
import { codeOf } from './failures.ts';
import type { Owner } from './supervised.ts';

/** Slots and the pid are those of one server; what was counted of the original is not of the copy. */
const NEVER = ['pg_replslot', 'pg_stat', 'pg_stat_tmp', 'postmaster.pid', 'postmaster.opts'];
/** A server does not start without these folders. */
const EMPTY_FOLDERS = ['pg_replslot', 'pg_stat', 'pg_stat_tmp'];

const HISTORY = /^[0-9A-F]{8}\.history$/;
const SEGMENT = /^[0-9A-F]{24}$/;

/** Copies the data directory of a server that has been stopped. */
export async function copyAtRest({ data: from }: Cluster, to: string, owner?: Owner): Promise<void> {
  const left = new Set(NEVER);
  await copyLiveTree(from, to, (name) => left.has(name), owner);
  await makeFolders(to, EMPTY_FOLDERS, owner);
}

/** Copies the data directory of one that runs, with all the log that it takes to start from it. */
export async function copyRunning(
  client: Client,
  { data: from }: Cluster,
  to: string,
  owner?: Owner,
): Promise<void> {
  // A slot of this session's, so that the log is kept for as long as it takes; nothing is archived for this.
  await client.query("select pg_create_physical_replication_slot('baseplane_copy', true, true)");
  const left = new Set([...NEVER, 'pg_wal']);
  // Fast: a checkpoint now instead of one spread over minutes.
  const begun = await client.query<{ first: string }>(
    "select pg_walfile_name(pg_backup_start('baseplane copy', true)) as first",
  );
  await copyLiveTree(from, to, (name) => left.has(name), owner);
  await makeFolders(to, [...EMPTY_FOLDERS, 'pg_wal'], owner);
  const ended = await client.query<{ last: string; labelfile: string }>(
    'select pg_walfile_name(lsn) as last, labelfile from pg_backup_stop(false)',
  );
  const [{ first } = { first: '' }, { last, labelfile } = { last: '', labelfile: '' }] = [
    begun.rows[0],
    ended.rows[0],
  ];
  const names = await readdir(join(from, 'pg_wal'));
  const wanted = names.filter(
    (name) => HISTORY.test(name) || (SEGMENT.test(name) && name >= first && name <= last),
  );
  // The oldest goes first: where that one is there, all are.
  if (!wanted.includes(first)) throw outrun();
  for (const name of wanted.toSorted())
    await take(join(from, 'pg_wal', name), join(to, 'pg_wal', name), owner);
  const label = join(to, 'backup_label');
  await writeFile(label, labelfile, { mode: 0o600 });
  if (owner !== undefined) await chown(label, owner.uid, owner.gid);
  await client.query("select pg_drop_replication_slot('baseplane_copy')");
}

async function makeFolders(data: string, names: readonly string[], owner: Owner | undefined): Promise<void> {
  for (const name of names) {
    await rm(join(data, name), { recursive: true, force: true });
    await mkdir(join(data, name), { mode: 0o700 });
    if (owner !== undefined) await chown(join(data, name), owner.uid, owner.gid);
  }
}

async function take(from: string, to: string, owner: Owner | undefined): Promise<void> {
  try {
    await copyFile(from, to);
  } catch (error) {
    throw codeOf(error) === 'ENOENT' ? outrun() : error;
  }
  if (owner !== undefined) await chown(to, owner.uid, owner.gid);
}

const outrun = () =>
  new TransientError('More was written to the database than is kept while it is being copied.');
