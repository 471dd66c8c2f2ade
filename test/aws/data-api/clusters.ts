import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DescribeDBClustersCommand, type RDSClient } from '@aws-sdk/client-rds';
import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { Client } from 'pg';
import { z } from 'zod';
import type { AwsCell } from '../../../functions/drivers/aws/cell.ts';
import { masterUser } from '../../database/callers.ts';
import { type Cluster, startCluster } from '../../database/cluster.ts';
import { copyOf } from './copy.ts';

export const MASTER = { username: 'master', password: 'the master user’s own' };

/** Whom Postgres asks for a password: everybody but the one that Amazon keeps for itself. */
const ACCESS = 'local all rdsadmin trust\nlocal all all scram-sha-256\n';

const loginSchema = z.object({ username: z.string(), password: z.string() });

/** Says what the Data API would say of a cluster that cannot be connected to. */
export class NotConnectable extends Error {
  override readonly name: string;

  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

export interface Connection {
  readonly client: Client;
  readonly giveBack: () => void;
}

/**
 * A real Postgres for every Aurora cluster that there is in moto, with a master user limited as Aurora's is. Who
 * connects needs the password that the secret has, as the role has it.
 */
export class Clusters {
  readonly #clients: { readonly rds: RDSClient; readonly secretsManager: SecretsManagerClient };
  readonly #ended = new WeakSet<Client>();
  readonly #idle = new Map<string, Client[]>();
  readonly #running = new Map<string, Promise<Cluster>>();
  /** The cell's own cluster, which is no resource of a project, and its master user's secret, which never changes. */
  readonly #shared: AwsCell['database'];
  /** Those with the Data API. */
  readonly #enabled = new Set<string>();
  /** By the names of snapshots: the cluster that each was taken of, and the copy of its data. */
  readonly #kept = new Map<string, { readonly source: string; readonly folder: string | undefined }>();
  /** Whether one Postgres stands for all of them. */
  readonly #one: boolean;

  constructor(
    clients: { readonly rds: RDSClient; readonly secretsManager: SecretsManagerClient },
    shared: AwsCell['database'],
    options: { readonly one: boolean },
  ) {
    this.#one = options.one;
    this.#clients = clients;
    this.#shared = shared;
  }

  /** A connection that nobody else has until it is given back or ended. */
  async connect(resourceArn: string, secretArn: string, database: string): Promise<Connection> {
    const { username: user, password } = await this.#login(secretArn);
    const identity = await this.#identity(resourceArn);
    const key = JSON.stringify([identity, user, password, database]);
    const idle = this.#idle.get(key) ?? [];
    this.#idle.set(key, idle);
    let client = idle.pop();
    // Postgres ends connections, as when a database is stopped.
    while (client !== undefined && this.#ended.has(client)) client = idle.pop();
    const given = client ?? (await this.#open({ identity, user, password, database }));
    return { client: given, giveBack: () => void idle.push(given) };
  }

  async #open(login: {
    identity: string;
    user: string;
    password: string;
    database: string;
  }): Promise<Client> {
    const { identity, ...as } = login;
    const { host } = await this.#postgres(identity);
    const client = new Client({ ...as, host, types: TEXT, options: '-c timezone=UTC' });
    client.on('error', () => this.#ended.add(client));
    await client.connect();
    return client;
  }

  enable(identity = ''): void {
    this.#enabled.add(identity);
  }

  isEnabled(identity = ''): boolean {
    return this.#enabled.has(identity);
  }

  /** Copies a cluster's data for a snapshot, or for a moment. */
  async keep(source = '', snapshot = `${source} now`): Promise<string> {
    const running = this.#one ? undefined : await this.#running.get(source);
    const folder = running === undefined ? undefined : await copyOf(running);
    this.#kept.set(snapshot, { source, folder });
    return snapshot;
  }

  sourceOf(snapshot: string): string | undefined {
    return this.#kept.get(snapshot)?.source;
  }

  async restore(identity = '', snapshot = ''): Promise<void> {
    const { folder } = this.#kept.get(snapshot) ?? {};
    if (folder !== undefined) this.#running.set(identity, startCluster('rdsadmin', { from: folder }));
  }

  async close(): Promise<void> {
    for (const { folder } of this.#kept.values())
      if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
    for (const client of [...this.#idle.values()].flat()) await client.end();
    const clusters = await Promise.all(this.#running.values());
    for (const cluster of clusters) await cluster[Symbol.asyncDispose]();
  }

  /** Another cluster that has the same name later is another one. */
  async #identity(resourceArn: string): Promise<string> {
    if (resourceArn === this.#shared.clusterArn) return resourceArn;
    const { DBClusters = [] } = await this.#clients.rds.send(new DescribeDBClustersCommand({}));
    const found = DBClusters.find(({ DBClusterArn }) => DBClusterArn === resourceArn);
    if (found === undefined)
      throw new NotConnectable('DatabaseNotFoundException', 'The cluster is not there.');
    if (found.Status === 'stopped') {
      throw new NotConnectable('InvalidResourceStateException', 'The cluster is stopped.');
    }
    if (!this.isEnabled(found.DbClusterResourceId))
      throw new NotConnectable('HttpEndpointNotEnabledException', 'The Data API is not enabled.');
    return this.#one ? this.#shared.clusterArn : (found.DbClusterResourceId ?? resourceArn);
  }

  #postgres(identity: string): Promise<Cluster> {
    const running = this.#running.get(identity) ?? start();
    this.#running.set(identity, running);
    return running;
  }

  /** The secret that RDS manages of a cluster's master user is one that moto only names. */
  async #login(secretArn: string): Promise<{ readonly username: string; readonly password: string }> {
    if (secretArn === this.#shared.secretArn || secretArn.includes(':secret:rds!cluster-')) return MASTER;
    const command = new GetSecretValueCommand({ SecretId: secretArn, VersionStage: 'AWSCURRENT' });
    const { SecretString = '' } = await this.#clients.secretsManager.send(command);
    return loginSchema.parse(JSON.parse(SecretString));
  }
}

/** Every value as Postgres writes it. */
const TEXT = { getTypeParser: () => (text: string) => text };

async function start(): Promise<Cluster> {
  const cluster = await masterUser.cluster();
  const admin = await cluster.connect('rdsadmin');
  await admin.query(`alter role ${MASTER.username} password '${MASTER.password}'`);
  writeFileSync(join(cluster.host, 'data', 'pg_hba.conf'), ACCESS);
  await admin.query('select pg_reload_conf()');
  await admin.end();
  return cluster;
}
