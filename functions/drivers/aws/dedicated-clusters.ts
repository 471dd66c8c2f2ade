import {
  CreateDBClusterCommand,
  CreateDBInstanceCommand,
  type DBCluster,
  type DBInstance,
  DeleteDBClusterCommand,
  DeleteDBClusterSnapshotCommand,
  DeleteDBInstanceCommand,
  DescribeDBClusterSnapshotsCommand,
  DescribeDBClustersCommand,
  DescribeDBInstancesCommand,
  ModifyDBClusterCommand,
  type RDSClient,
  StartDBClusterCommand,
  StopDBClusterCommand,
} from '@aws-sdk/client-rds';
import type { RDSDataClient } from '@aws-sdk/client-rds-data';
import { TransientError } from '../../core/kernel/errors.ts';
import type { ProjectRef } from '../../core/kernel/ids.ts';
import type { DatabaseState } from '../../core/project/databases.port.ts';
import type { Stack } from '../../core/project/stack.ts';
import type { AwsCell } from './cell.ts';
import { CAPACITY_UNITS } from './cluster-capacity.ts';
import { stateOf } from './cluster-state.ts';
import { DataApi } from './data-api.ts';
import { isAws, expecting } from './errors.ts';
import { resourceName, tagsOf } from './names.ts';

export interface ClusterClients {
  readonly rds: RDSClient;
  readonly rdsData: RDSDataClient;
}

const ENGINE = 'aurora-postgresql';

/** How far back a database can be taken. */
const BACKUP_DAYS = 7;

/** Aurora's own pause, beside ours: an hour without a connection, of the 5 minutes to a day that it takes. */
const PAUSE_AFTER_SECONDS = 3600;

const WRONG_STATE = ['InvalidDBClusterStateFault', 'InvalidDBInstanceStateFault'];

/** A Serverless v2 cluster with one instance for each project of the tier `dedicated`. */
export class DedicatedClusters {
  readonly #cell: AwsCell;
  readonly #clients: ClusterClients;

  constructor(cell: AwsCell, clients: ClusterClients) {
    this.#cell = cell;
    this.#clients = clients;
  }

  async state(ref: ProjectRef): Promise<DatabaseState> {
    const cluster = await this.find(ref);
    if (cluster === undefined) return 'absent';
    const [instance] = await this.#instances(ref);
    return stateOf(cluster.Status, instance?.DBInstanceStatus);
  }

  async find(ref: ProjectRef): Promise<DBCluster | undefined> {
    const { rds } = this.#clients;
    const command = new DescribeDBClustersCommand({ DBClusterIdentifier: resourceName(ref) });
    const answer = await expecting(rds.send(command), 'DBClusterNotFoundFault');
    return answer?.DBClusters?.[0];
  }

  /** Where the project's scripts are applied, as the master user. */
  async open(ref: ProjectRef): Promise<DataApi> {
    const { DBClusterArn: clusterArn, MasterUserSecret } = (await this.find(ref)) ?? {};
    const secretArn = MasterUserSecret?.SecretArn;
    if (clusterArn === undefined || secretArn === undefined) throw this.#missing(ref);
    return new DataApi(this.#clients.rdsData, { clusterArn, secretArn, database: 'postgres' });
  }

  async create(stack: Stack): Promise<void> {
    const found = await this.find(stack.ref);
    if (found === undefined) await this.#createCluster(stack);
    if ((await this.#instances(stack.ref)).length === 0) await this.#createInstance(stack);
    if (found?.Status === 'stopped') await this.start(stack.ref);
  }

  async start(ref: ProjectRef): Promise<void> {
    const { Status } = (await this.find(ref)) ?? {};
    if (Status === undefined) throw this.#missing(ref);
    if (Status === 'available' || Status === 'starting') return;
    const command = new StartDBClusterCommand({ DBClusterIdentifier: resourceName(ref) });
    await this.#unlessBusy(ref, this.#clients.rds.send(command));
  }

  async stop(ref: ProjectRef): Promise<void> {
    const { Status } = (await this.find(ref)) ?? {};
    if (Status === undefined || Status === 'stopped' || Status === 'stopping') return;
    const command = new StopDBClusterCommand({ DBClusterIdentifier: resourceName(ref) });
    await this.#unlessBusy(ref, this.#clients.rds.send(command));
  }

  /** RDS takes minutes over each part, so this does what can be done now; called again it does the rest. */
  async delete(ref: ProjectRef): Promise<void> {
    await this.#deleteSnapshots(ref);
    const cluster = await this.find(ref);
    if (cluster === undefined || cluster.Status === 'deleting') return;
    // A stopped cluster cannot be modified, nor deleted while it has an instance.
    if (cluster.Status === 'stopped') return this.start(ref);
    try {
      await this.#deleteCluster(ref, cluster);
    } catch (error) {
      if (!isAws(error, ...WRONG_STATE)) throw error;
    }
  }

  async #deleteCluster(ref: ProjectRef, { DeletionProtection }: DBCluster): Promise<void> {
    const { rds } = this.#clients;
    const DBClusterIdentifier = resourceName(ref);
    if (DeletionProtection === true) {
      const unprotect = { DBClusterIdentifier, DeletionProtection: false, ApplyImmediately: true };
      await rds.send(new ModifyDBClusterCommand(unprotect));
    }
    for (const { DBInstanceIdentifier, DBInstanceStatus } of await this.#instances(ref)) {
      if (DBInstanceStatus === 'deleting') continue;
      await rds.send(new DeleteDBInstanceCommand({ DBInstanceIdentifier, SkipFinalSnapshot: true }));
    }
    const whole = { DBClusterIdentifier, SkipFinalSnapshot: true, DeleteAutomatedBackups: true };
    await expecting(rds.send(new DeleteDBClusterCommand(whole)), 'DBClusterNotFoundFault');
  }

  /** Those that were taken on request outlive their cluster. */
  async #deleteSnapshots(ref: ProjectRef): Promise<void> {
    const { rds } = this.#clients;
    const ofProject = { DBClusterIdentifier: resourceName(ref), SnapshotType: 'manual' };
    const { DBClusterSnapshots = [] } = await rds.send(new DescribeDBClusterSnapshotsCommand(ofProject));
    for (const { DBClusterSnapshotIdentifier, Status } of DBClusterSnapshots) {
      if (Status !== 'available') continue;
      const command = new DeleteDBClusterSnapshotCommand({ DBClusterSnapshotIdentifier });
      await expecting(rds.send(command), 'DBClusterSnapshotNotFoundFault');
    }
  }

  async #createCluster(stack: Stack): Promise<void> {
    const { rds } = this.#clients;
    const { database, keyArn } = this.#cell;
    const command = new CreateDBClusterCommand({
      DBClusterIdentifier: resourceName(stack.ref),
      Engine: ENGINE,
      EngineVersion: database.engineVersion,
      DBClusterParameterGroupName: database.parameterGroup,
      DBSubnetGroupName: database.subnetGroup,
      VpcSecurityGroupIds: [database.securityGroup],
      Port: database.port,
      MasterUsername: 'baseplane',
      ManageMasterUserPassword: true,
      MasterUserSecretKmsKeyId: keyArn,
      StorageEncrypted: true,
      KmsKeyId: keyArn,
      EnableHttpEndpoint: true,
      ServerlessV2ScalingConfiguration: {
        MinCapacity: 0,
        MaxCapacity: CAPACITY_UNITS[stack.size],
        SecondsUntilAutoPause: PAUSE_AFTER_SECONDS,
      },
      BackupRetentionPeriod: BACKUP_DAYS,
      CopyTagsToSnapshot: true,
      DeletionProtection: true,
      Tags: tagsOf(this.#cell, stack),
    });
    await expecting(rds.send(command), 'DBClusterAlreadyExistsFault');
  }

  async #createInstance(stack: Stack): Promise<void> {
    const command = new CreateDBInstanceCommand({
      DBInstanceIdentifier: resourceName(stack.ref),
      DBClusterIdentifier: resourceName(stack.ref),
      DBInstanceClass: 'db.serverless',
      Engine: ENGINE,
      AutoMinorVersionUpgrade: true,
      PubliclyAccessible: false,
      Tags: tagsOf(this.#cell, stack),
    });
    const made = expecting(this.#clients.rds.send(command), 'DBInstanceAlreadyExistsFault');
    await this.#unlessBusy(stack.ref, made);
  }

  async #instances(ref: ProjectRef): Promise<readonly DBInstance[]> {
    const { rds } = this.#clients;
    const command = new DescribeDBInstancesCommand({
      Filters: [{ Name: 'db-cluster-id', Values: [resourceName(ref)] }],
    });
    const answer = await expecting(rds.send(command), 'DBInstanceNotFoundFault', 'DBClusterNotFoundFault');
    return answer?.DBInstances ?? [];
  }

  async #unlessBusy(ref: ProjectRef, work: Promise<unknown>): Promise<void> {
    try {
      await work;
    } catch (error) {
      if (!isAws(error, ...WRONG_STATE)) throw error;
      throw new TransientError(`The cluster of ${ref} is busy with something else.`, { cause: error });
    }
  }

  #missing(ref: ProjectRef): TransientError {
    return new TransientError(`The database of ${ref} is not there.`);
  }
}
