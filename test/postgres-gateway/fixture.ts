import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, type ClientConfig } from 'pg';
import { afterAll, beforeAll } from 'vitest';
import type { PostgresClient } from '../../functions/core/project/postgres-admission.ts';
import { openCertificateAuthority } from '../../infra/local/certificate-authority.ts';
import {
  createPostgresGateway,
  type PostgresGateway,
  type PostgresGatewayParts,
} from '../../infra/postgres-gateway/gateway.ts';
import { unixServer } from '../../infra/postgres-gateway/server.ts';
import { type Cluster, startCluster } from '../database/cluster.ts';

export const REF = 'abcdefghijklmnopqrst';
export const UNKNOWN = 'unknownunknownunknow';
export const DEAD = 'deaddeaddeaddeaddead';
export const UNLUCKY = 'unluckyunluckyunluck';
export const FORBIDDEN = 'forbiddenforbiddenfo';
export const PASSWORD = 'a pass phrase, long';
/** As in a project's cluster; two roles are trusted, so that a test can look behind the gateway and be bare. */
const ACCESS =
  'local all watcher,trusted trust\nlocal all all scram-sha-256\nlocal replication all scram-sha-256\n';

export interface World {
  readonly cluster: Cluster;
  readonly ca: string;
  /** Past the gateway, as a superuser. */
  readonly watcher: Client;
  /** A gateway of its own before the same cluster. */
  open(more?: Partial<PostgresGatewayParts>): Promise<Opened>;
}

interface Opened {
  readonly port: number;
  readonly gateway: PostgresGateway;
  readonly errors: string[];
  readonly logins: (readonly [PostgresClient, boolean])[];
  readonly sent: Buffer[];
  readonly client: (config?: ClientConfig) => Client;
  readonly connect: (config?: ClientConfig) => Promise<Client>;
}

/** One cluster for all tests of a file. */
export function startWorld(): World {
  const home = mkdtempSync(join(tmpdir(), 'postgres-gateway-'));
  const certificates = openCertificateAuthority({
    home,
    domain: 'localhost',
    clock: { now: () => new Date() },
  });
  const gateways: PostgresGateway[] = [];
  const clients: Client[] = [];
  let cluster: Cluster | undefined;
  let watcher: Client | undefined;

  beforeAll(async () => {
    cluster = await startCluster('watcher');
    watcher = await cluster.connect('watcher');
    await watcher.query(`
      create role postgres login replication createrole password '${PASSWORD}';
      create role trusted login replication;
      create role "odd.role "" é" login password '${PASSWORD}';
      grant all on schema public to public`);
    writeFileSync(join(cluster.host, 'data', 'pg_hba.conf'), ACCESS);
    await watcher.query('select pg_reload_conf()');
  });

  afterAll(async () => {
    await Promise.all(clients.map((client) => client.end()));
    for (const gateway of gateways) {
      gateway.stop();
      gateway.close();
    }
    await watcher?.end();
    await cluster?.[Symbol.asyncDispose]();
    rmSync(home, { recursive: true });
  });

  const started = (): Cluster => {
    if (cluster === undefined) throw new Error('the cluster is not there yet');
    return cluster;
  };

  async function open(more: Partial<PostgresGatewayParts> = {}): Promise<Opened> {
    const errors: string[] = [];
    const logins: (readonly [PostgresClient, boolean])[] = [];
    const sent: Buffer[] = [];
    const gateway = createPostgresGateway({
      domain: 'localhost',
      certificates,
      resolve: async (ref) => {
        if (ref === UNLUCKY) throw new Error('the table is away');
        if (ref === REF)
          return { kind: 'running', server: unixServer(join(started().host, '.s.PGSQL.5432')) };
        if (ref === DEAD) return { kind: 'running', server: unixServer(join(home, 'nothing')) };
        if (ref === FORBIDDEN)
          return { kind: 'refused', fatal: { sqlstate: '28000', message: 'not from here' } };
        return { kind: 'unknown' };
      },
      onLogin: (_ref, client, admitted) => void logins.push([client, admitted]),
      onSent: (_ref, chunk) => void sent.push(Buffer.from(chunk)),
      log: { info: () => {}, within: (_, work) => work(), error: (message) => void errors.push(message) },
      ...more,
    });
    gateways.push(gateway);
    const port = await gateway.listen({ port: 0, host: '127.0.0.1' });
    const client = (config: ClientConfig = {}): Client => {
      const user = `postgres.${REF}`;
      const made = new Client({
        host: '127.0.0.1',
        port,
        user,
        password: PASSWORD,
        database: 'postgres',
        ...config,
      });
      made.on('error', () => undefined);
      clients.push(made);
      return made;
    };
    const connect = async (config?: ClientConfig): Promise<Client> => {
      const made = client(config);
      await made.connect();
      return made;
    };
    return { port, gateway, errors, logins, sent, client, connect };
  }

  return {
    get cluster() {
      return started();
    },
    get watcher() {
      if (watcher === undefined) throw new Error('the cluster is not there yet');
      return watcher;
    },
    ca: readFileSync(certificates.caCertPath, 'utf8'),
    open,
  };
}

/** Sessions of the role that the server has. */
export async function sessionsOf(role: string, { watcher }: World): Promise<number> {
  const sql = 'select count(*)::int from pg_stat_activity where usename = $1';
  return (await watcher.query<{ count: number }>(sql, [role])).rows[0]?.count ?? 0;
}

/** Waits for what has to come true. */
export async function eventually(holds: () => boolean | Promise<boolean>, withinMs = 20_000): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error('it never came true');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
