import {
  CreateDBClusterSnapshotCommand,
  type DBClusterSnapshot,
  DeleteDBClusterSnapshotCommand,
  DescribeDBClusterSnapshotsCommand,
  paginateDescribeDBClusterSnapshots,
  type RDSClient,
} from '@aws-sdk/client-rds';
import type { ProjectRef } from '../../core/kernel/ids.ts';
import type { Backup } from '../../core/project/backups.port.ts';
import type { AwsCell } from './cell.ts';
import { expecting } from './errors.ts';
import { type Owner, backupOf, resourceName, snapshotName, tagsOf } from './names.ts';
import { unlessBusy } from './rds-clusters.ts';

/** What a person has called it; Base64, for a tag's value takes not every character. */
const NAME_TAG = 'baseplane:backup';

export interface Snapshot {
  readonly id: number;
  readonly name: string | null;
  readonly snapshot: DBClusterSnapshot;
}

/** The snapshots of projects' clusters. They outlive the cluster that they were taken of. */
export class ClusterSnapshots {
  readonly #cell: AwsCell;
  readonly #rds: RDSClient;

  constructor(cell: AwsCell, rds: RDSClient) {
    this.#cell = cell;
    this.#rds = rds;
  }

  /** By their own names, since the one of their cluster may have gone to another. */
  async list(ref: ProjectRef): Promise<readonly Snapshot[]> {
    const found: Snapshot[] = [];
    const pages = paginateDescribeDBClusterSnapshots({ client: this.#rds }, { SnapshotType: 'manual' });
    for await (const { DBClusterSnapshots = [] } of pages) {
      for (const snapshot of DBClusterSnapshots) {
        const id = backupOf(ref, snapshot.DBClusterSnapshotIdentifier);
        if (id !== undefined) found.push({ id, name: nameOf(snapshot), snapshot });
      }
    }
    return found;
  }

  async find(ref: ProjectRef, id: number): Promise<DBClusterSnapshot | undefined> {
    const command = new DescribeDBClusterSnapshotsCommand({
      DBClusterSnapshotIdentifier: snapshotName(ref, id),
    });
    const answer = await expecting(this.#rds.send(command), 'DBClusterSnapshotNotFoundFault');
    return answer?.DBClusterSnapshots?.[0];
  }

  async take(owner: Owner, { id, name }: Pick<Backup, 'id' | 'name'>): Promise<void> {
    const named = name === null ? [] : [{ Key: NAME_TAG, Value: Buffer.from(name).toString('base64') }];
    const command = new CreateDBClusterSnapshotCommand({
      DBClusterIdentifier: resourceName(owner.ref),
      DBClusterSnapshotIdentifier: snapshotName(owner.ref, id),
      Tags: [...tagsOf(this.#cell, owner), ...named],
    });
    const taken = expecting(this.#rds.send(command), 'DBClusterSnapshotAlreadyExistsFault');
    await unlessBusy(resourceName(owner.ref), taken);
  }

  async delete(ref: ProjectRef, id: number): Promise<void> {
    const command = new DeleteDBClusterSnapshotCommand({
      DBClusterSnapshotIdentifier: snapshotName(ref, id),
    });
    const deleted = expecting(this.#rds.send(command), 'DBClusterSnapshotNotFoundFault');
    await unlessBusy(snapshotName(ref, id), deleted);
  }

  /** Those that can be deleted now: one that is being taken cannot. */
  async deleteAll(ref: ProjectRef): Promise<void> {
    for (const { id, snapshot } of await this.list(ref))
      if (snapshot.Status === 'available') await this.delete(ref, id);
  }
}

function nameOf({ TagList = [] }: DBClusterSnapshot): string | null {
  const value = TagList.find(({ Key }) => Key === NAME_TAG)?.Value;
  return value === undefined ? null : Buffer.from(value, 'base64').toString();
}
