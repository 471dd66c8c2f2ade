import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { chownSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { getRequestListener } from '@hono/node-server';
import { Client, type ClientConfig } from 'pg';
import { projectRecord } from '../fakes/project-record.ts';
import { afterAll, beforeAll } from 'vitest';
import { createPostgresApp } from '../../functions/api/postgres-app.ts';
import type { ProjectStatus } from '../../functions/contract/status.ts';
import { cellIdSchema, type ProjectRef } from '../../functions/core/kernel/ids.ts';
import type { Table } from '../../functions/core/kernel/table.port.ts';
import { ProjectStore } from '../../functions/core/project/project-store.ts';
import type { Project } from '../../functions/core/project/project.ts';
import { databaseName, roleSuffix } from '../../functions/drivers/aws/names.ts';
import { openSqliteTable } from '../../functions/drivers/sqlite/table.ts';
import { type CellGateway, startCellGateway } from '../../infra/postgres-gateway/cell-gateway.ts';
import type { GatewaySettings } from '../../infra/postgres-gateway/settings.ts';
import { issueAuthority, issueServer } from '../../infra/postgres-gateway/x509.ts';
import { type Cluster, startCluster } from '../database/cluster.ts';
import { PASSWORD } from './fixture.ts';

export const DOMAIN = 'pg.euc1.localhost';
const SEED = randomBytes(32).toString('base64url');
const CELL = cellIdSchema.parse('euc1');
const ACCESS = 'local all all trust\nhostssl all all 127.0.0.1/32 scram-sha-256\n';
const random = { bytes: (length: number) => new Uint8Array(randomBytes(length)) };
const clock = { now: () => new Date() };
const DAY_MS = 24 * 60 * 60 * 1000;

export interface Opened extends CellGateway {
  readonly lines: string[];
  readonly errors: string[];
  client(ref: ProjectRef, config?: ClientConfig): Client;
  connect(ref: ProjectRef, config?: ClientConfig): Promise<Client>;
}

/** A cluster that projects share, as Aurora is: across a network, encrypted, with names of its own for their things. */
class CellWorld {
  readonly table: Table = openSqliteTable({ path: ':memory:', clock });
  readonly projects = new ProjectStore(this.table);
  /** Workflows that were started. */
  readonly started: string[] = [];
  /** Whether the control plane was asked by somebody who did not sign for it. */
  unsigned = 0;
  readonly #ends: (() => unknown)[] = [];
  #cluster: Cluster | undefined;
  #postgresPort = 0;
  #authorities = '';
  #apiUrl = '';

  async start(): Promise<void> {
    this.#postgresPort = await freePort();
    const cluster = await startCluster('rdsadmin', { port: this.#postgresPort });
    this.#cluster = cluster;
    this.#ends.push(() => cluster[Symbol.asyncDispose]());
    const data = join(cluster.host, 'data');
    this.#authorities = certify(data);
    writeFileSync(join(data, 'pg_hba.conf'), ACCESS);
    const watcher = await this.superuser();
    await watcher.query('alter system set ssl = on');
    await watcher.query('select pg_reload_conf()');
    await watcher.query(
      `create role baseplane login createrole createdb password '${PASSWORD}';
       create role postgres login password '${PASSWORD}'`,
    );
    await watcher.end();
    this.#apiUrl = await this.#serve();
  }

  async stop(): Promise<void> {
    for (const end of this.#ends.toReversed()) await end();
  }

  async superuser(database = 'postgres'): Promise<Client> {
    if (this.#cluster === undefined) throw new Error('the cluster is not there yet');
    return this.#cluster.connect('rdsadmin', database);
  }

  /** A project with its database on the shared cluster. */
  async project(more: Partial<Project> = {}): Promise<ProjectRef> {
    const project = projectRecord(clock.now(), { cell: CELL, ...more });
    const { ref } = project;
    await this.projects.create(project, []);
    if (more.tier === 'dedicated') return ref;
    const watcher = await this.superuser();
    const [database, suffix] = [databaseName(ref), roleSuffix(ref)];
    await watcher.query(`create role postgres${suffix} login password '${PASSWORD}'`);
    await watcher.query(`create role cli_login_postgres${suffix} login password '${PASSWORD}'`);
    await watcher.query(`create database ${database} owner postgres${suffix} template template0`);
    await watcher.query(`revoke connect, temporary on database ${database} from public`);
    await watcher.query(`grant connect on database ${database} to cli_login_postgres${suffix}`);
    await watcher.end();
    return ref;
  }

  async become(ref: ProjectRef, status: ProjectStatus): Promise<void> {
    const read = await this.projects.find(ref);
    if (read !== undefined) await this.projects.update(read, { ...read.value, status });
  }

  #settings(more: Partial<GatewaySettings>): GatewaySettings {
    return {
      cell: CELL,
      domain: DOMAIN,
      port: 0,
      peerPort: 0,
      network: '127.0.',
      apiUrl: this.#apiUrl,
      home: 'eu-central-1',
      seed: SEED,
      databaseAuthorities: '',
      credentialsUrl: `${this.#apiUrl}/credentials`,
      ...more,
    };
  }

  /** What the program is told by its task. */
  environment({ port, peerPort }: Pick<GatewaySettings, 'port' | 'peerPort'>): Record<string, string> {
    if (this.#cluster === undefined) throw new Error('the cluster is not there yet');
    const file = join(this.#cluster.host, 'authorities.pem');
    writeFileSync(file, this.#authorities);
    return {
      BASEPLANE_CELL: CELL,
      BASEPLANE_GATEWAY_DOMAIN: DOMAIN,
      BASEPLANE_GATEWAY_PORT: `${port}`,
      BASEPLANE_GATEWAY_PEER_PORT: `${peerPort}`,
      BASEPLANE_GATEWAY_NETWORK: '127.0.',
      BASEPLANE_GATEWAY_SEED: SEED,
      BASEPLANE_API_URL: this.#apiUrl,
      BASEPLANE_HOME_REGION: 'eu-central-1',
      BASEPLANE_DATABASE_AUTHORITIES: file,
      AWS_CONTAINER_CREDENTIALS_FULL_URI: `${this.#apiUrl}/credentials`,
    };
  }

  async open({
    address = '127.0.0.1',
    authorities = this.#authorities,
    ...more
  }: Partial<GatewaySettings> & {
    readonly address?: string;
    readonly authorities?: string;
  } = {}): Promise<Opened> {
    const lines: string[] = [];
    const errors: string[] = [];
    const clients: Client[] = [];
    const gateway = await startCellGateway({
      settings: this.#settings(more),
      address,
      databaseAuthorities: authorities,
      clock,
      log: {
        info: () => undefined,
        within: (_, work) => work(),
        error: (message) => void errors.push(message),
      },
      write: (line) => void lines.push(line),
    });
    const client = (ref: ProjectRef, config: ClientConfig = {}): Client => {
      const made = new Client({
        host: address,
        port: gateway.port,
        user: `postgres.${ref}`,
        password: PASSWORD,
        database: 'postgres',
        ssl: { ca: gateway.authority, servername: DOMAIN },
        ...config,
      });
      made.on('error', () => undefined);
      clients.push(made);
      return made;
    };
    this.#ends.push(() => gateway.stop(0));
    this.#ends.push(() => Promise.all(clients.map((each) => each.end())));
    return {
      ...gateway,
      lines,
      errors,
      client,
      async connect(ref, config) {
        const made = client(ref, config);
        await made.connect();
        return made;
      },
    };
  }

  /** The control plane as API Gateway and ECS make it reachable. */
  async #serve(): Promise<string> {
    const app = createPostgresApp({
      projects: this.projects,
      table: this.table,
      clock,
      random,
      services: [],
      workflows: { start: async (workflow) => void this.started.push(workflow) },
      log: { info: () => undefined, within: (_, work) => work(), error: () => undefined },
      sleep: () => new Promise((resolve) => setTimeout(resolve, 20)),
      places: {
        of: async ({ ref, tier }) => ({
          host: 'localhost',
          port: this.#postgresPort,
          ...(tier === 'pooled'
            ? { database: databaseName(ref), roleSuffix: roleSuffix(ref) }
            : { database: null, roleSuffix: '' }),
        }),
      },
    });
    const listener = getRequestListener((request) =>
      app.fetch(request, { ip: '192.0.2.1', requestId: 'request-1', header: () => undefined }),
    );
    const server = createHttpServer((request, response) => {
      const { authorization = '' } = request.headers;
      if (request.url === '/credentials') return response.end(CREDENTIALS);
      if (!authorization.includes('AWS4-HMAC-SHA256 Credential=AKID/')) {
        this.unsigned += 1;
        return response.writeHead(403).end();
      }
      return void listener(request, response);
    });
    const port = await new Promise<number>((resolve) =>
      server.listen(0, '127.0.0.1', () => {
        const address = server.address();
        resolve(typeof address === 'object' && address ? address.port : 0);
      }),
    );
    this.#ends.push(() => server.closeAllConnections());
    this.#ends.push(() => server.close());
    return `http://127.0.0.1:${port}`;
  }
}

const CREDENTIALS = JSON.stringify({
  AccessKeyId: 'AKID',
  SecretAccessKey: 'secret',
  Token: 'token',
  Expiration: '2099-01-01T00:00:00Z',
});

/** Gives the server a certificate for `localhost`; who signed it. */
function certify(data: string): string {
  const [authorityKey, key] = [0, 1].map(() => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey);
  if (authorityKey === undefined || key === undefined) throw new Error('no keys were made');
  const from = new Date(Date.now() - DAY_MS);
  const to = new Date(Date.now() + DAY_MS);
  const hosts = [{ dns: 'localhost' }];
  const cert = issueServer({ name: 'Aurora', from, to }, key, hosts, { name: 'RDS', key: authorityKey });
  const files = { 'server.key': key.export({ type: 'pkcs8', format: 'pem' }), 'server.crt': cert };
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(data, name), text, { mode: 0o600 });
    if (process.getuid?.() === 0) chownSync(join(data, name), NOBODY, NOBODY);
  }
  return issueAuthority({ name: 'RDS', from, to }, authorityKey, hosts);
}

const NOBODY = 65_534;

export async function freePort(host = '127.0.0.1'): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, host, () => resolve()));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
}

/** One cluster for all tests of a file. */
export function startCellWorld(): CellWorld {
  const world = new CellWorld();
  beforeAll(() => world.start());
  afterAll(() => world.stop());
  return world;
}
