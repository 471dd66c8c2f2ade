import {
  CreateDBClusterCommand,
  type CreateDBClusterCommandInput,
  type DBCluster,
  DBClusterAlreadyExistsFault,
  DBClusterSnapshotNotFoundFault,
  DeleteDBClusterSnapshotCommand,
  DescribeDBClusterSnapshotsCommand,
  DescribeDBClustersCommand,
  type RDSClient,
} from '@aws-sdk/client-rds';
import type { Clusters } from './data-api/clusters.ts';

/**
 * What RDS does and moto does not: it refuses a second cluster of one name, which moto puts in the first one's place,
 * deletes a cluster's own backups with it, restores snapshots with the data that is in them, and has a restored
 * cluster without the Data API and without a secret of its master user until it is told otherwise.
 */
export function keepClusters(rds: RDSClient, admin: RDSClient, data: Clusters): void {
  const clusters = new KeptClusters(admin, data);
  let turn: Promise<unknown> = Promise.resolve();
  rds.middlewareStack.add(
    (send, { commandName = '' }) =>
      async (args) => {
        const made = turn.then(() =>
          clusters.answer(commandName.replace(/Command$/, ''), args.input, () => send(args)),
        );
        turn = made.catch(() => undefined);
        return made;
      },
    { step: 'serialize', priority: 'high', name: 'keepClusters' },
  );
}

type Send<T> = () => Promise<T>;

class KeptClusters {
  readonly #rds: RDSClient;
  readonly #data: Clusters;
  /** By resource id: what a cluster was called at first, which moto calls its backups by for ever. */
  readonly #firstNames = new Map<string | undefined, string | undefined>();

  constructor(rds: RDSClient, data: Clusters) {
    this.#rds = rds;
    this.#data = data;
  }

  async answer<T extends { readonly output: object }>(action: string, input: object, send: Send<T>) {
    const name = textOf(input, 'DBClusterIdentifier');
    const snapshot =
      textOf(input, 'DBClusterSnapshotIdentifier') ?? textOf(input, 'FinalDBSnapshotIdentifier');
    const before = name === undefined ? undefined : await this.#find(name);
    switch (action) {
      case 'CreateDBCluster': {
        if (before !== undefined) throw exists(name);
        const result = await send();
        const { DbClusterResourceId } = (await this.#find(name)) ?? {};
        this.#firstNames.set(DbClusterResourceId, name);
        this.#data.enable(DbClusterResourceId);
        return result;
      }
      case 'RestoreDBClusterFromSnapshot':
        return this.#answer(
          await this.#restore(input, await this.#snapshot(textOf(input, 'SnapshotIdentifier'))),
        );
      case 'RestoreDBClusterToPointInTime': {
        const source = await this.#find(textOf(input, 'SourceDBClusterIdentifier'));
        // Of the log of changes there is nothing here: it is the data of now that is restored.
        return this.#answer(await this.#restore(input, await this.#data.keep(source?.DbClusterResourceId)));
      }
      case 'EnableHttpEndpoint': {
        const { DBClusters = [] } = await this.#rds.send(new DescribeDBClustersCommand({}));
        const arn = textOf(input, 'ResourceArn');
        const found = DBClusters.find(({ DBClusterArn }) => DBClusterArn === arn);
        this.#data.enable(found?.DbClusterResourceId);
        return this.#answer({ HttpEndpointEnabled: true });
      }
      case 'ModifyDBCluster': {
        const next = textOf(input, 'NewDBClusterIdentifier');
        if (next !== undefined && (await this.#find(next)) !== undefined) throw exists(next);
        return send();
      }
      case 'CreateDBClusterSnapshot':
      case 'DeleteDBCluster': {
        const result = await send();
        if (snapshot !== undefined) await this.#data.keep(before?.DbClusterResourceId, snapshot);
        if (action === 'DeleteDBCluster') await this.#deleteBackups(before);
        return result;
      }
      default:
        return this.#completed(await send());
    }
  }

  #answer(output: object) {
    return { output: { $metadata: {}, ...output }, response: {} };
  }

  /** With what moto leaves out. */
  #completed<T extends { readonly output: object }>(result: T): T {
    const { output } = result;
    if ('DBClusters' in output && Array.isArray(output.DBClusters)) {
      for (const cluster of output.DBClusters)
        cluster.HttpEndpointEnabled = this.#data.isEnabled(cluster.DbClusterResourceId);
    }
    if ('DBClusterSnapshots' in output && Array.isArray(output.DBClusterSnapshots)) {
      for (const snapshot of output.DBClusterSnapshots)
        snapshot.DbClusterResourceId = this.#data.sourceOf(snapshot.DBClusterSnapshotIdentifier);
    }
    return result;
  }

  async #snapshot(name: string | undefined): Promise<string> {
    const { DBClusterSnapshots = [] } = await this.#rds.send(new DescribeDBClusterSnapshotsCommand({}));
    if (DBClusterSnapshots.some(({ DBClusterSnapshotIdentifier }) => DBClusterSnapshotIdentifier === name))
      return name ?? '';
    throw new DBClusterSnapshotNotFoundFault({ message: `no ${name}`, $metadata: { httpStatusCode: 404 } });
  }

  async #restore(input: object, from: string): Promise<object> {
    const settings = cutTo(input);
    if ((await this.#find(settings.DBClusterIdentifier)) !== undefined)
      throw exists(settings.DBClusterIdentifier);
    const login = { MasterUsername: 'baseplane', MasterUserPassword: 'that of the snapshot' };
    const { DBCluster } = await this.#rds.send(new CreateDBClusterCommand({ ...settings, ...login }));
    this.#firstNames.set(DBCluster?.DbClusterResourceId, settings.DBClusterIdentifier);
    await this.#data.restore(DBCluster?.DbClusterResourceId, from);
    return { DBCluster };
  }

  async #find(name: string | undefined): Promise<DBCluster | undefined> {
    const { DBClusters = [] } = await this.#rds.send(new DescribeDBClustersCommand({}));
    return DBClusters.find(({ DBClusterIdentifier }) => DBClusterIdentifier === name);
  }

  async #deleteBackups(cluster: DBCluster | undefined): Promise<void> {
    const DBClusterIdentifier = this.#firstNames.get(cluster?.DbClusterResourceId);
    if (DBClusterIdentifier === undefined) return;
    const own = { DBClusterIdentifier, SnapshotType: 'automated' };
    const { DBClusterSnapshots = [] } = await this.#rds.send(new DescribeDBClusterSnapshotsCommand(own));
    for (const { DBClusterSnapshotIdentifier } of DBClusterSnapshots) {
      await this.#rds.send(new DeleteDBClusterSnapshotCommand({ DBClusterSnapshotIdentifier }));
    }
  }
}

const OF_A_RESTORE = new Set([
  'RestoreToTime',
  'RestoreType',
  'SnapshotIdentifier',
  'SourceDBClusterIdentifier',
  'UseLatestRestorableTime',
]);

/** A restore's settings as those of a creation. */
function cutTo(input: object): CreateDBClusterCommandInput {
  const { DBClusterIdentifier, ...settings } = Object.fromEntries(
    Object.entries(input).filter(([name]) => !OF_A_RESTORE.has(name)),
  );
  return { ...settings, Engine: 'aurora-postgresql', DBClusterIdentifier: String(DBClusterIdentifier) };
}

function textOf(input: object, name: string): string | undefined {
  const value: unknown = Object.entries(input).find(([key]) => key === name)?.[1];
  return typeof value === 'string' ? value : undefined;
}

const exists = (name: string | undefined) =>
  new DBClusterAlreadyExistsFault({ message: `${name} exists`, $metadata: { httpStatusCode: 400 } });
