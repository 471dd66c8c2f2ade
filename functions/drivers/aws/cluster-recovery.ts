import {
  type DBCluster,
  type RDSClient,
  RestoreDBClusterFromSnapshotCommand,
  RestoreDBClusterToPointInTimeCommand,
} from '@aws-sdk/client-rds';
import { PortError, TransientError } from '../../core/kernel/errors.ts';
import type { Recovery } from '../../core/project/backups.port.ts';
import type { Stack } from '../../core/project/stack.ts';
import type { DedicatedClusters } from './dedicated-clusters.ts';
import { expecting } from './errors.ts';
import { resourceName, siblingName, snapshotName } from './names.ts';
import { ENGINE, unlessBusy } from './rds-clusters.ts';
import { complete } from './restored-cluster.ts';

/** On a cluster that a recovery has made: the id of that recovery. */
const RECOVERY_TAG = 'baseplane:recovery';

interface Parts {
  readonly dedicated: DedicatedClusters;
  readonly rds: RDSClient;
}

const isOf = (cluster: DBCluster | undefined, { id }: Recovery) =>
  cluster?.TagList?.some(({ Key, Value }) => Key === RECOVERY_TAG && Value === `${id}`) === true;

/**
 * Aurora restores into a new cluster only, so that one is made beside the project's own, given what a restored
 * cluster lacks, and takes the other's name, by two renamings; the other is deleted and leaves a snapshot. Each call
 * looks how far that has come and does the next thing. RDS takes minutes over each. True: it is done.
 */
export async function recoverCluster(stack: Stack, recovery: Recovery, parts: Parts): Promise<boolean> {
  const { clusters } = parts.dedicated;
  const own = resourceName(stack.ref);
  const [current, next, old] = await Promise.all([
    clusters.find(own),
    clusters.find(siblingName(stack.ref, 'next', recovery.id)),
    clusters.find(siblingName(stack.ref, 'old', recovery.id)),
  ]);
  if (isOf(current, recovery)) {
    if (old === undefined || old.Status === 'deleting') return true;
    await clusters.delete(old, snapshotName(stack.ref, recovery.id));
  } else if (next === undefined && old !== undefined) {
    // It has begun to take the name, and is found by neither for a moment.
    throw new TransientError(`The database of ${stack.ref} is not there.`);
  } else if (next === undefined) await restore(stack, recovery, current, parts);
  else {
    const progress = await complete(stack, next, parts);
    if (progress === 'failed') return giveUp(next, parts.dedicated);
    if (progress === 'unfinished') return false;
    if (current === undefined) await clusters.rename(next.DBClusterIdentifier ?? '', own);
    else await clusters.rename(own, siblingName(stack.ref, 'old', recovery.id));
  }
  return false;
}

async function restore(
  stack: Stack,
  { id, backup, until }: Recovery,
  current: DBCluster | undefined,
  { dedicated, rds }: Parts,
): Promise<void> {
  if (current === undefined) throw new TransientError(`The database of ${stack.ref} is not there.`);
  const snapshot = await dedicated.snapshots.find(stack.ref, backup);
  if (snapshot === undefined) throw new PortError(`There is no backup ${backup}.`);
  const settings = dedicated.clusters.settingsOf(stack);
  const sibling = {
    ...settings,
    DBClusterIdentifier: siblingName(stack.ref, 'next', id),
    Tags: [...settings.Tags, { Key: RECOVERY_TAG, Value: `${id}` }],
  };
  if (until === null) {
    if (snapshot.Status !== 'available') return;
    const { DBClusterSnapshotIdentifier: SnapshotIdentifier } = snapshot;
    const command = new RestoreDBClusterFromSnapshotCommand({
      ...sibling,
      SnapshotIdentifier,
      Engine: ENGINE,
    });
    await expecting(rds.send(command), 'DBClusterAlreadyExistsFault');
    return;
  }
  // Aurora’s log is there to restore from after five minutes at most; nothing else writes meanwhile.
  if ((current.LatestRestorableTime ?? new Date(0)) < new Date(until)) return;
  const command = new RestoreDBClusterToPointInTimeCommand({
    ...sibling,
    SourceDBClusterIdentifier: resourceName(stack.ref),
    RestoreType: 'full-copy',
    RestoreToTime: new Date(until),
  });
  await unlessBusy(resourceName(stack.ref), expecting(rds.send(command), 'DBClusterAlreadyExistsFault'));
}

async function giveUp(next: DBCluster, { clusters }: DedicatedClusters): Promise<never> {
  await clusters.delete(next);
  throw new PortError(`Aurora could not restore the backup: the new cluster is ${next.Status}.`, {
    suggestion: 'The database is as it was. Choose another backup or time.',
  });
}
