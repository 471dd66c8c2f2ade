import { PortError, TransientError } from '../../core/kernel/errors.ts';
import type { ProjectRef } from '../../core/kernel/ids.ts';
import type { Json } from '../../core/kernel/json.ts';
import type { Random } from '../../core/kernel/random.port.ts';
import { ok, type Result } from '../../core/kernel/result.ts';
import type {
  ConfigurationRefused,
  Databases,
  DatabaseState,
  Disk,
  Query,
  QueryError,
  TemporaryLogin,
} from '../../core/project/databases.port.ts';
import type { ProjectSecret } from '../../core/project/project-secret.ts';
import { databaseConfiguration } from '../../core/project/settings/database-configuration.ts';
import type { Secrets } from '../../core/project/secrets.port.ts';
import type { Stack } from '../../core/project/stack.ts';
import { packsOf } from '../../core/project/template.ts';
import { statfs } from 'node:fs/promises';
import { grantStatements, loginName, revokeStatements } from '../postgres/login-roles.ts';
import { scramVerifier } from '../postgres/scram.ts';
import { noteApplied, pendingScripts } from './applied-scripts.ts';
import type { ClusterMaker } from './cluster-maker.ts';
import type { Cluster, Clusters } from './clusters.ts';
import type { DatabaseScripts } from './database-scripts.ts';
import { attempt } from './failures.ts';
import type { KeyedLock } from './keyed-lock.ts';
import { configurePostgres } from './postgres-configuration.ts';
import { restartOrReturn } from './postgres-restart.ts';
import { applyScripts, setPasswords } from './postgres-bootstrap.ts';
import type { DerivedPasswords } from './postgres-passwords.ts';
import { runQuery, runReadOnly } from './postgres-query.ts';
import { type PostgresServers, socketFile } from './postgres-server.ts';
import type { PostgresTemplate } from './postgres-template.ts';
import type { WarmPool } from './warm-pool.ts';

/** Reads everything, may write nothing. */
const READER = 'supabase_read_only_user';
const OWNER = 'postgres';
const INVALID_PASSWORD = '28P01';

export interface DatabasesParts {
  readonly clusters: Clusters;
  /** By ref. */
  readonly lock: KeyedLock;
  readonly maker: ClusterMaker;
  readonly passwords: DerivedPasswords;
  readonly pool: WarmPool;
  readonly random: Random;
  readonly scripts: DatabaseScripts;
  readonly secrets: Secrets;
  readonly servers: PostgresServers;
  readonly template: PostgresTemplate;
}

/** A Postgres cluster per project, reachable through Unix sockets only. */
export class LocalDatabases implements Databases {
  readonly #parts: DatabasesParts;
  readonly #lock: KeyedLock;
  readonly #creating = new Set<ProjectRef>();

  constructor(parts: DatabasesParts) {
    this.#parts = parts;
    this.#lock = parts.lock;
  }

  async state({ ref }: Stack): Promise<DatabaseState> {
    const { clusters, servers } = this.#parts;
    const cluster = await clusters.ofProject(ref);
    if (cluster !== undefined && (await clusters.isMade(cluster))) return servers.state(cluster);
    return this.#creating.has(ref) ? 'creating' : 'absent';
  }

  create({ ref }: Stack): Promise<void> {
    return this.#lock.run(ref, async () => {
      const { clusters, pool, servers } = this.#parts;
      this.#creating.add(ref);
      try {
        const cluster =
          (await clusters.ofProject(ref)) ?? (await pool.claim(ref)) ?? (await this.#begin(ref));
        await this.#complete(cluster, ref);
        await servers.start(cluster);
      } finally {
        this.#creating.delete(ref);
      }
    });
  }

  bootstrap(stack: Stack, secret: ProjectSecret): Promise<void> {
    return this.#lock.run(stack.ref, async () => {
      const { maker, passwords, random, scripts } = this.#parts;
      const cluster = await this.#made(stack.ref);
      const wanted = scripts.of(packsOf(stack));
      const logins = new Map(scripts.serviceRoles.map((role) => [role, secret.service_password]));
      logins.set(READER, passwords.ofReader(cluster.id)).set(OWNER, secret.db_password);
      await maker.asSuperuser(cluster, async (client) => {
        const pending = await pendingScripts(cluster.folder, wanted);
        await applyScripts(client, pending);
        if (pending.length > 0) await noteApplied(cluster.folder, pending);
        await setPasswords(client, logins, random);
      });
    });
  }

  setPassword({ ref }: Stack, password: string): Promise<void> {
    return this.#lock.run(ref, async () => {
      const { maker, random } = this.#parts;
      const passwords = new Map([[OWNER, password]]);
      await maker.asSuperuser(await this.#made(ref), (client) => setPasswords(client, passwords, random));
    });
  }

  configure(
    stack: Stack,
    { restart }: { readonly restart: boolean },
  ): Promise<Result<void, ConfigurationRefused>> {
    return this.#lock.run(stack.ref, async () => {
      const { maker, servers } = this.#parts;
      const cluster = await this.#made(stack.ref);
      const wanted = databaseConfiguration(stack);
      const configured = await maker.asSuperuser(cluster, (client) => configurePostgres(client, wanted));
      if (!configured.ok || !configured.value.start || !restart)
        return configured.ok ? ok(undefined) : configured;
      return restartOrReturn(cluster, servers);
    });
  }

  start({ ref }: Stack): Promise<void> {
    return this.#lock.run(ref, async () => this.#parts.servers.start(await this.#made(ref)));
  }

  stop({ ref }: Stack): Promise<void> {
    return this.#lock.run(ref, async () => {
      const cluster = await this.#parts.clusters.ofProject(ref);
      if (cluster !== undefined) await this.#parts.servers.stop(cluster);
    });
  }

  delete({ ref }: Stack): Promise<void> {
    return this.#lock.run(ref, async () => {
      const { clusters, pool, servers } = this.#parts;
      const cluster = await clusters.ofProject(ref);
      if (cluster === undefined) return;
      await attempt('delete the database', async () => {
        await pool.release(cluster.id);
        await servers.destroy(cluster);
        await clusters.unmark(ref);
      });
    });
  }

  async query(ref: ProjectRef, query: Query): Promise<Result<readonly Record<string, Json>[], QueryError>> {
    const { passwords, scripts } = this.#parts;
    const { id, sockets } = await this.#made(ref);
    if (query.readOnly) {
      const login = { sockets, user: READER, password: passwords.ofReader(id) };
      return runReadOnly(login, query, (sql) => scripts.statementsOf(sql));
    }
    const answer = await runQuery({ sockets, user: OWNER, password: await this.#ownersPassword(ref) }, query);
    if (answer.ok || answer.error.sqlstate !== INVALID_PASSWORD) return answer;
    throw new PortError('The database does not take the password that is kept for its role postgres.', {
      suggestion: 'It was changed by SQL. Set it back, or reset the database password of the project.',
    });
  }

  /** The Unix socket at which the project's Postgres takes connections now; undefined: it takes none. */
  async socketOf(ref: ProjectRef): Promise<string | undefined> {
    const { clusters, servers } = this.#parts;
    const cluster = await clusters.ofProject(ref);
    if (cluster === undefined || (await servers.state(cluster)) !== 'available') return undefined;
    return socketFile(cluster);
  }

  async grantLogin({ ref }: Stack, { readOnly, password, until }: TemporaryLogin): Promise<string> {
    const verifier = await scramVerifier(password, this.#parts.random);
    await this.#administer(ref, grantStatements({ readOnly, verifier, until }, ''));
    return loginName(readOnly, '');
  }

  revokeLogins({ ref }: Stack): Promise<void> {
    return this.#administer(ref, revokeStatements(''));
  }

  async disk({ ref }: Stack): Promise<Disk> {
    const { bsize, blocks, bfree, bavail } = await statfs((await this.#made(ref)).data);
    return { size: blocks * bsize, used: (blocks - bfree) * bsize, available: bavail * bsize };
  }

  async #administer(ref: ProjectRef, statements: readonly string[]): Promise<void> {
    const cluster = await this.#made(ref);
    await this.#parts.maker.asSuperuser(cluster, (client) => client.query(statements.join(';\n')));
  }

  async #ownersPassword(ref: ProjectRef): Promise<string> {
    const secret = await this.#parts.secrets.read(ref);
    if (secret === undefined) throw new TransientError('The project has no secrets yet.');
    return secret.db_password;
  }

  /** The marker comes first: it decides which cluster is the project's, whatever happens while that is made. */
  async #begin(ref: ProjectRef): Promise<Cluster> {
    return attempt('make a database', () => this.#parts.clusters.mark(ref));
  }

  async #complete(cluster: Cluster, ref: ProjectRef): Promise<void> {
    const { clusters, maker, template } = this.#parts;
    if (await clusters.isMade(cluster)) return clusters.label(cluster, ref);
    await maker.make(cluster, (folder, owner) => template.copyTo(folder, owner), ref);
  }

  async #made(ref: ProjectRef): Promise<Cluster> {
    const { clusters } = this.#parts;
    const cluster = await clusters.ofProject(ref);
    if (cluster !== undefined && (await clusters.isMade(cluster))) return cluster;
    throw new TransientError(`The database of ${ref} is not there.`);
  }
}
