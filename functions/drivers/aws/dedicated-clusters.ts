import { CreateDBClusterCommand, type DBCluster, type RDSClient } from '@aws-sdk/client-rds';
import type { RDSDataClient } from '@aws-sdk/client-rds-data';
import { TransientError } from '../../core/kernel/errors.ts';
import type { ProjectRef } from '../../core/kernel/ids.ts';
import type { DatabaseState } from '../../core/project/databases.port.ts';
import type { Stack } from '../../core/project/stack.ts';
import type { AwsCell } from './cell.ts';
import { ClusterSnapshots } from './cluster-snapshots.ts';
import { stateOf } from './cluster-state.ts';
import { DataApi } from './data-api.ts';
import { expecting } from './errors.ts';
import { resourceName, snapshotName } from './names.ts';
import { BACKUP_DAYS, ENGINE, RdsClusters } from './rds-clusters.ts';

export interface ClusterClients {
  readonly rds: RDSClient;
  readonly rdsData: RDSDataClient;
}

/**
 * A cluster for each project of the tier `dedicated`. The one that has the project's own name serves; beside it there
 * may be others, of a recovery that is under way or was given up.
 */
export class DedicatedClusters {
  readonly #cell: AwsCell;
  readonly #clients: ClusterClients;
  readonly clusters: RdsClusters;
  readonly snapshots: ClusterSnapshots;

  constructor(cell: AwsCell, clients: ClusterClients) {
    this.#cell = cell;
    this.#clients = clients;
    this.clusters = new RdsClusters(cell, clients.rds);
    this.snapshots = new ClusterSnapshots(cell, clients.rds);
  }

  async state(ref: ProjectRef): Promise<DatabaseState> {
    const cluster = await this.find(ref);
    if (cluster === undefined) return 'absent';
    const [instance] = await this.clusters.instances(resourceName(ref));
    return stateOf(cluster.Status, instance?.DBInstanceStatus);
  }

  find(ref: ProjectRef): Promise<DBCluster | undefined> {
    return this.clusters.find(resourceName(ref));
  }

  /** Where the project's scripts are applied, as the master user. */
  async open(ref: ProjectRef): Promise<DataApi> {
    const { DBClusterArn: clusterArn, MasterUserSecret } = (await this.find(ref)) ?? {};
    const secretArn = MasterUserSecret?.SecretArn;
    if (clusterArn === undefined || secretArn === undefined) throw missing(ref);
    return new DataApi(this.#clients.rdsData, { clusterArn, secretArn, database: 'postgres' });
  }

  async create(stack: Stack): Promise<void> {
    const name = resourceName(stack.ref);
    const found = await this.find(stack.ref);
    if (found === undefined) await this.#createCluster(name, stack);
    if ((await this.clusters.instances(name)).length === 0) await this.clusters.createInstance(name, stack);
    if (found?.Status === 'stopped') await this.start(stack.ref);
  }

  async start(ref: ProjectRef): Promise<void> {
    const { Status } = (await this.find(ref)) ?? (await this.#giveBack(ref));
    if (Status === 'available' || Status === 'starting') return;
    await this.clusters.start(resourceName(ref));
  }

  /** What a recovery that was given up has left beside it goes, too; data that once served becomes a backup. */
  async stop(ref: ProjectRef): Promise<void> {
    const siblings = await this.clusters.siblings(ref);
    const found = await this.find(ref);
    if (found === undefined && siblings.length > 0) await this.#giveBack(ref);
    for (const { kind, recovery, cluster } of siblings)
      await this.clusters.delete(cluster, kind === 'old' ? snapshotName(ref, recovery) : undefined);
    if (found === undefined || found.Status === 'stopped' || found.Status === 'stopping') return;
    await this.clusters.stop(resourceName(ref));
  }

  /** RDS takes minutes over each part, so this does what can be done now; called again it does the rest. */
  async delete(ref: ProjectRef): Promise<void> {
    await this.snapshots.deleteAll(ref);
    const found = await this.find(ref);
    for (const { cluster } of await this.clusters.siblings(ref)) await this.clusters.delete(cluster);
    if (found !== undefined) await this.clusters.delete(found);
  }

  /** A recovery that died between its two renamings: the cluster that served before has its name back. */
  async #giveBack(ref: ProjectRef): Promise<never> {
    const siblings = await this.clusters.siblings(ref);
    const old = siblings.find(({ kind }) => kind === 'old');
    if (old !== undefined) await this.clusters.rename(old.name, resourceName(ref));
    throw missing(ref);
  }

  async #createCluster(name: string, stack: Stack): Promise<void> {
    const command = new CreateDBClusterCommand({
      ...this.clusters.settingsOf(stack),
      ...this.clusters.masterPassword(),
      DBClusterIdentifier: name,
      Engine: ENGINE,
      EngineVersion: this.#cell.database.engineVersion,
      MasterUsername: 'baseplane',
      StorageEncrypted: true,
      EnableHttpEndpoint: true,
      BackupRetentionPeriod: BACKUP_DAYS,
    });
    await expecting(this.#clients.rds.send(command), 'DBClusterAlreadyExistsFault');
  }
}

const missing = (ref: ProjectRef) => new TransientError(`The database of ${ref} is not there.`);
