import {
  CreateDBInstanceCommand,
  type DBCluster,
  type DBInstance,
  DeleteDBClusterCommand,
  DeleteDBInstanceCommand,
  DescribeDBClustersCommand,
  DescribeDBInstancesCommand,
  ModifyDBClusterCommand,
  paginateDescribeDBClusters,
  type RDSClient,
  StartDBClusterCommand,
  StopDBClusterCommand,
} from '@aws-sdk/client-rds';
import { TransientError } from '../../core/kernel/errors.ts';
import type { ProjectRef } from '../../core/kernel/ids.ts';
import type { Stack } from '../../core/project/stack.ts';
import type { AwsCell } from './cell.ts';
import { CAPACITY_UNITS } from './cluster-capacity.ts';
import { expecting, isAws } from './errors.ts';
import { type Sibling, siblingOf, tagsOf } from './names.ts';

export const ENGINE = 'aurora-postgresql';

/** How far back a database can be taken to any moment. */
export const BACKUP_DAYS = 7;

/** Aurora's own pause, beside ours: an hour without a connection, of the 5 minutes to a day that it takes. */
const PAUSE_AFTER_SECONDS = 3600;

const WRONG_STATE = [
  'InvalidDBClusterSnapshotStateFault',
  'InvalidDBClusterStateFault',
  'InvalidDBInstanceStateFault',
];

/** Serverless v2 clusters of one instance, by their names. */
export class RdsClusters {
  readonly #cell: AwsCell;
  readonly #rds: RDSClient;

  constructor(cell: AwsCell, rds: RDSClient) {
    this.#cell = cell;
    this.#rds = rds;
  }

  async find(name: string): Promise<DBCluster | undefined> {
    const command = new DescribeDBClustersCommand({ DBClusterIdentifier: name });
    const answer = await expecting(this.#rds.send(command), 'DBClusterNotFoundFault');
    return answer?.DBClusters?.[0];
  }

  /** What a recovery has made or put aside. RDS finds nothing by the beginning of its name. */
  async siblings(ref: ProjectRef): Promise<readonly (Sibling & { readonly cluster: DBCluster })[]> {
    const found: (Sibling & { readonly cluster: DBCluster })[] = [];
    for await (const { DBClusters = [] } of paginateDescribeDBClusters({ client: this.#rds }, {})) {
      for (const cluster of DBClusters) {
        const sibling = siblingOf(ref, cluster.DBClusterIdentifier ?? '');
        if (sibling !== undefined) found.push({ ...sibling, cluster });
      }
    }
    return found;
  }

  async instances(cluster: string): Promise<readonly DBInstance[]> {
    const command = new DescribeDBInstancesCommand({
      Filters: [{ Name: 'db-cluster-id', Values: [cluster] }],
    });
    const answer = await expecting(
      this.#rds.send(command),
      'DBInstanceNotFoundFault',
      'DBClusterNotFoundFault',
    );
    return answer?.DBInstances ?? [];
  }

  /** What every cluster of a project's is given, whatever its data comes from. */
  settingsOf(stack: Stack) {
    const { database, keyArn } = this.#cell;
    return {
      DBClusterParameterGroupName: database.parameterGroup,
      DBSubnetGroupName: database.subnetGroup,
      VpcSecurityGroupIds: [database.securityGroup],
      Port: database.port,
      KmsKeyId: keyArn,
      ServerlessV2ScalingConfiguration: {
        MinCapacity: 0,
        MaxCapacity: CAPACITY_UNITS[stack.size],
        SecondsUntilAutoPause: PAUSE_AFTER_SECONDS,
      },
      CopyTagsToSnapshot: true,
      DeletionProtection: true,
      Tags: tagsOf(this.#cell, stack),
    };
  }

  /** RDS makes the password of the cluster's master user and keeps it in a secret of its own. */
  masterPassword() {
    return { ManageMasterUserPassword: true, MasterUserSecretKmsKeyId: this.#cell.keyArn };
  }

  async createInstance(cluster: string, stack: Stack): Promise<void> {
    const command = new CreateDBInstanceCommand({
      DBInstanceIdentifier: cluster,
      DBClusterIdentifier: cluster,
      DBInstanceClass: 'db.serverless',
      Engine: ENGINE,
      AutoMinorVersionUpgrade: true,
      PubliclyAccessible: false,
      Tags: tagsOf(this.#cell, stack),
    });
    await unlessBusy(cluster, expecting(this.#rds.send(command), 'DBInstanceAlreadyExistsFault'));
  }

  async start(name: string): Promise<void> {
    await unlessBusy(name, this.#rds.send(new StartDBClusterCommand({ DBClusterIdentifier: name })));
  }

  async stop(name: string): Promise<void> {
    await unlessBusy(name, this.#rds.send(new StopDBClusterCommand({ DBClusterIdentifier: name })));
  }

  /** Its endpoint and its ARN change with it. It takes RDS a minute or so. */
  async rename(from: string, to: string): Promise<void> {
    const command = new ModifyDBClusterCommand({
      DBClusterIdentifier: from,
      NewDBClusterIdentifier: to,
      ApplyImmediately: true,
    });
    await unlessBusy(from, this.#rds.send(command));
  }

  /**
   * RDS takes minutes over each part, so this does what can be done now; called again it does the rest. `snapshot`:
   * its data is kept under that name.
   */
  async delete(cluster: DBCluster, snapshot?: string): Promise<void> {
    const name = cluster.DBClusterIdentifier ?? '';
    if (cluster.Status === 'deleting') return;
    // A stopped cluster cannot be modified, nor deleted while it has an instance.
    if (cluster.Status === 'stopped') return this.start(name);
    try {
      await this.#delete(name, cluster, snapshot);
    } catch (error) {
      if (!isAws(error, ...WRONG_STATE)) throw error;
    }
  }

  async #delete(DBClusterIdentifier: string, { DeletionProtection }: DBCluster, snapshot?: string) {
    if (DeletionProtection === true) {
      const unprotect = { DBClusterIdentifier, DeletionProtection: false, ApplyImmediately: true };
      await this.#rds.send(new ModifyDBClusterCommand(unprotect));
    }
    for (const { DBInstanceIdentifier, DBInstanceStatus } of await this.instances(DBClusterIdentifier)) {
      if (DBInstanceStatus === 'deleting') continue;
      await this.#rds.send(new DeleteDBInstanceCommand({ DBInstanceIdentifier, SkipFinalSnapshot: true }));
    }
    const last =
      snapshot === undefined ? { SkipFinalSnapshot: true } : { FinalDBSnapshotIdentifier: snapshot };
    const whole = new DeleteDBClusterCommand({ DBClusterIdentifier, DeleteAutomatedBackups: true, ...last });
    await expecting(this.#rds.send(whole), 'DBClusterNotFoundFault');
  }
}

export async function unlessBusy(name: string, work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!isAws(error, ...WRONG_STATE)) throw error;
    throw new TransientError(`The cluster ${name} is busy with something else.`, { cause: error });
  }
}
