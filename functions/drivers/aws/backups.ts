import type { DBCluster, RDSClient } from '@aws-sdk/client-rds';
import { PortError } from '../../core/kernel/errors.ts';
import type { Backup, Backups, Recovery } from '../../core/project/backups.port.ts';
import type { Stack } from '../../core/project/stack.ts';
import { recoverCluster } from './cluster-recovery.ts';
import type { Snapshot } from './cluster-snapshots.ts';
import type { DedicatedClusters } from './dedicated-clusters.ts';

const SHARED =
  'The database is on a cluster that it shares: Aurora keeps and restores the backups of clusters, not of one database on them.';

/** Snapshots of the clusters of the tier `dedicated`, and Aurora's log of them; a shared cluster is never put back. */
export class AuroraBackups implements Backups {
  readonly #dedicated: DedicatedClusters;
  readonly #rds: RDSClient;

  constructor(dedicated: DedicatedClusters, rds: RDSClient) {
    this.#dedicated = dedicated;
    this.#rds = rds;
  }

  async refusal({ tier }: Stack): Promise<string | undefined> {
    return tier === 'pooled' ? SHARED : undefined;
  }

  async list({ ref, tier }: Stack): Promise<readonly Backup[]> {
    if (tier === 'pooled') return [];
    const [snapshots, cluster] = await Promise.all([
      this.#dedicated.snapshots.list(ref),
      this.#dedicated.find(ref),
    ]);
    return snapshots.map((each) => backupOf(each, cluster));
  }

  async take(stack: Stack, backup: Pick<Backup, 'id' | 'name'>): Promise<void> {
    onlyDedicated(stack);
    await this.#dedicated.snapshots.take(stack, backup);
  }

  async drop(stack: Stack, ids: readonly number[]): Promise<void> {
    onlyDedicated(stack);
    for (const id of ids) await this.#dedicated.snapshots.delete(stack.ref, id);
  }

  async recover(stack: Stack, recovery: Recovery): Promise<boolean> {
    onlyDedicated(stack);
    return recoverCluster(stack, recovery, { dedicated: this.#dedicated, rds: this.#rds });
  }
}

function onlyDedicated({ tier }: Stack): void {
  if (tier === 'pooled') throw new PortError(SHARED);
}

/** Aurora's log begins with the cluster and is kept for a week: an older snapshot, or another's, begins no history. */
function backupOf({ id, name, snapshot }: Snapshot, cluster: DBCluster | undefined): Backup {
  const { DbClusterResourceId, SnapshotCreateTime, Status } = snapshot;
  const completed = Status === 'available' ? (SnapshotCreateTime ?? null) : null;
  const { EarliestRestorableTime } = cluster ?? {};
  const isOfThis = DbClusterResourceId !== undefined && DbClusterResourceId === cluster?.DbClusterResourceId;
  const isReached =
    EarliestRestorableTime !== undefined && (completed ?? new Date(id)) >= EarliestRestorableTime;
  return { id, name, completed, continuous: isOfThis && isReached };
}
