import {
  type DBCluster,
  EnableHttpEndpointCommand,
  ModifyDBClusterCommand,
  type RDSClient,
} from '@aws-sdk/client-rds';
import type { Stack } from '../../core/project/stack.ts';
import { stateOf } from './cluster-state.ts';
import type { DedicatedClusters } from './dedicated-clusters.ts';
import { expecting } from './errors.ts';
import { BACKUP_DAYS, unlessBusy } from './rds-clusters.ts';

interface Parts {
  readonly dedicated: DedicatedClusters;
  readonly rds: RDSClient;
}

/**
 * Gives a cluster that Aurora has made of another's data what RDS gives it only afterwards, one thing with each call:
 * an instance, a secret of its master user's with another password, the Data API.
 */
export async function complete(
  stack: Stack,
  cluster: DBCluster,
  { dedicated, rds }: Parts,
): Promise<'whole' | 'unfinished' | 'failed'> {
  const { DBClusterIdentifier: name = '', DBClusterArn: ResourceArn, Status, MasterUserSecret } = cluster;
  const [instance] = await dedicated.clusters.instances(name);
  const state = stateOf(Status, instance?.DBInstanceStatus);
  if (state === 'failed') return 'failed';
  // RDS takes no instance before the data is there.
  if (Status === 'available' && instance === undefined) await dedicated.clusters.createInstance(name, stack);
  if (state !== 'available') return 'unfinished';
  if (MasterUserSecret === undefined) {
    const owned = { ...dedicated.clusters.masterPassword(), BackupRetentionPeriod: BACKUP_DAYS };
    const command = new ModifyDBClusterCommand({
      DBClusterIdentifier: name,
      ApplyImmediately: true,
      ...owned,
    });
    await unlessBusy(name, rds.send(command));
    return 'unfinished';
  }
  if (cluster.HttpEndpointEnabled !== true) {
    await expecting(
      rds.send(new EnableHttpEndpointCommand({ ResourceArn })),
      'InvalidResourceStateException',
    );
    return 'unfinished';
  }
  return MasterUserSecret.SecretStatus === 'creating' ? 'unfinished' : 'whole';
}
