import {
  DBClusterAlreadyExistsFault,
  DeleteDBClusterSnapshotCommand,
  DescribeDBClusterSnapshotsCommand,
  DescribeDBClustersCommand,
  type RDSClient,
} from '@aws-sdk/client-rds';

/**
 * What RDS does and moto does not: it refuses a second cluster of one name, which moto puts in the first one's place,
 * and it deletes a cluster's own backups with it.
 */
export function keepClusters(rds: RDSClient, admin: RDSClient): void {
  let turn: Promise<unknown> = Promise.resolve();
  rds.middlewareStack.add(
    (send, { commandName = '' }) =>
      async (args) => {
        const name = 'DBClusterIdentifier' in args.input ? args.input.DBClusterIdentifier : undefined;
        if (commandName === 'CreateDBClusterCommand') {
          const made = turn.then(() => refuseSecond(admin, name)).then(() => send(args));
          turn = made.catch(() => undefined);
          return made;
        }
        const result = await send(args);
        if (commandName === 'DeleteDBClusterCommand') await deleteBackups(admin, name);
        return result;
      },
    { step: 'serialize', priority: 'high', name: 'keepClusters' },
  );
}

async function refuseSecond(rds: RDSClient, name: string | undefined): Promise<void> {
  const { DBClusters = [] } = await rds.send(new DescribeDBClustersCommand({}));
  if (DBClusters.every(({ DBClusterIdentifier }) => DBClusterIdentifier !== name)) return;
  throw new DBClusterAlreadyExistsFault({ message: `${name} exists`, $metadata: { httpStatusCode: 400 } });
}

async function deleteBackups(rds: RDSClient, DBClusterIdentifier: string | undefined): Promise<void> {
  const own = { DBClusterIdentifier, SnapshotType: 'automated' };
  const { DBClusterSnapshots = [] } = await rds.send(new DescribeDBClusterSnapshotsCommand(own));
  for (const { DBClusterSnapshotIdentifier } of DBClusterSnapshots) {
    await rds.send(new DeleteDBClusterSnapshotCommand({ DBClusterSnapshotIdentifier }));
  }
}
