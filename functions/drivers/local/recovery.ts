import { chown, mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PortError } from '../../core/kernel/errors.ts';
import type { Recovery } from '../../core/project/backups.port.ts';
import { syncFolder } from './atomic-file.ts';
import {
  backupFolder,
  backupIds,
  copyApplied,
  forgetRecovery,
  noteRecovery,
  readManifest,
  recoveryOf,
  writeManifest,
} from './base-backup.ts';
import type { ClusterMaker } from './cluster-maker.ts';
import type { Cluster, Clusters } from './clusters.ts';
import { copyTree } from './copy-tree.ts';
import { within } from './deadline.ts';
import { unlessAbsent } from './failures.ts';
import type { PostgresServers } from './postgres-server.ts';
import { syncTree } from './sync-tree.ts';
import { RESTORE_COMMAND, openArchive, saveRest } from './wal-archive.ts';

export interface RecoveryParts {
  readonly clusters: Clusters;
  readonly maker: ClusterMaker;
  readonly servers: PostgresServers;
}

/** Reading gigabytes of log takes minutes; the workflow's own limit is near an hour. */
const REPLAY_MS = 45 * 60_000;

/**
 * Makes the data of then beside the data of now and exchanges the two when it is whole. The mark in a data directory
 * tells how far that has come, so that a crash at any point leaves one or the other in place.
 */
export async function recoverCluster(
  cluster: Cluster,
  recovery: Recovery,
  parts: RecoveryParts,
): Promise<void> {
  const next = { ...cluster, data: join(cluster.folder, 'recovered') };
  if ((await recoveryOf(cluster.data)) !== recovery.id) {
    if ((await recoveryOf(next.data)) !== recovery.id) await build(cluster, next, recovery, parts);
    await parts.servers.stop(cluster);
    await exchange(cluster, next, recovery);
  }
  await publishOld(cluster, recovery);
}

async function build(
  cluster: Cluster,
  next: Cluster,
  { id, backup, until }: Recovery,
  parts: RecoveryParts,
): Promise<void> {
  const { clusters, maker, servers } = parts;
  const from = backupFolder(cluster, backup);
  if (!(await backupIds(cluster)).includes(backup)) throw new PortError(`There is no backup ${backup}.`);
  const { wal } = await readManifest(from);
  const owner = await clusters.owner(cluster);
  await openArchive(cluster, owner);
  if (until !== null) {
    // A time after the last change is reached by no change: this one is later than any time that can be asked for.
    await servers.start(cluster);
    await maker.asSuperuser(cluster, (client) =>
      client.query('select pg_current_xact_id(); select pg_switch_wal()'),
    );
  }
  await servers.stop(cluster);
  await saveRest(cluster, owner);
  await rm(next.data, { recursive: true, force: true });
  await copyTree(join(from, 'pgdata'), next.data, owner);
  await forgetRecovery(next.data);
  const signal = join(next.data, 'recovery.signal');
  await writeFile(signal, '', { mode: 0o600 });
  if (owner !== undefined) await chown(signal, owner.uid, owner.gid);
  await servers.start(next, {
    restore_command: RESTORE_COMMAND,
    // Or it would take connections, and be taken for ready, before it has arrived.
    hot_standby: 'off',
    recovery_target_action: 'promote',
    // The one that the backup is of: what was given up by an earlier recovery stays given up.
    recovery_target_timeline: 'current',
    ...targetOf(wal, until),
  });
  const arrived = await within(REPLAY_MS, async () => (await servers.state(next)) !== 'starting', 100);
  const state = await servers.state(next);
  await servers.stop(next);
  if (!arrived || state !== 'available')
    throw new PortError('Postgres did not get to the time that was asked for.', {
      suggestion: `The database is as it was. Postgres’s log is in ${cluster.logs}.`,
    });
  await rm(join(next.data, 'postmaster.opts'), { force: true });
  await copyApplied(from, next.folder);
  await syncTree(next.data);
  await noteRecovery(next.data, id);
}

/** A copy that was made of a stopped server has all the log that there is of it, and goes to the end of that. */
function targetOf(wal: string | null, until: string | null): Readonly<Record<string, string>> {
  // As it is read on the command line Postgres knows no names of time zones yet, not even Z.
  if (until !== null) return { recovery_target_time: until.replace('Z', '+00') };
  return wal === null ? {} : { recovery_target: 'immediate' };
}

const oldFolder = (cluster: Cluster, { id }: Recovery) => `${backupFolder(cluster, id)}.tmp`;

async function exchange(cluster: Cluster, next: Cluster, recovery: Recovery): Promise<void> {
  const old = oldFolder(cluster, recovery);
  if ((await unlessAbsent(stat(cluster.data))) !== undefined) {
    await rm(old, { recursive: true, force: true });
    await mkdir(old, { recursive: true, mode: 0o700 });
    const completed = new Date(recovery.id).toISOString();
    await writeManifest(old, { name: null, completed, wal: null });
    await rename(cluster.data, join(old, 'pgdata'));
  }
  await rename(next.data, cluster.data);
  await syncFolder(cluster.folder);
}

async function publishOld(cluster: Cluster, recovery: Recovery): Promise<void> {
  await unlessAbsent(rename(oldFolder(cluster, recovery), backupFolder(cluster, recovery.id)));
}
