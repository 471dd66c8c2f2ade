import { PortError, TransientError } from '../../core/kernel/errors.ts';
import type { ProjectRef } from '../../core/kernel/ids.ts';
import type { Random } from '../../core/kernel/random.port.ts';
import type { Result } from '../../core/kernel/result.ts';
import type {
  ConfigurationRefused,
  DatabaseState,
  Databases,
  Disk,
  Query,
  QueryError,
  TemporaryLogin,
} from '../../core/project/databases.port.ts';
import type { ProjectSecret } from '../../core/project/project-secret.ts';
import { databaseConfiguration } from '../../core/project/settings/database-configuration.ts';
import type { Stack } from '../../core/project/stack.ts';
import { grantStatements, loginName, revokeStatements } from '../postgres/login-roles.ts';
import { scramVerifier } from '../postgres/scram.ts';
import { bootstrap, setPasswords } from './bootstrap.ts';
import type { AwsCell } from './cell.ts';
import { DataApi } from './data-api.ts';
import { runQuery } from './data-api-query.ts';
import type { Row } from './data-api-values.ts';
import { addressOf } from './database-address.ts';
import { configureDatabase } from './database-settings.ts';
import { type ClusterClients, DedicatedClusters } from './dedicated-clusters.ts';
import { PooledDatabases } from './pooled-databases.ts';
import type { Sleep } from './patience.ts';
import type { DatabaseScripts } from './scripts.ts';
import type { SecretsManagerSecrets } from './secrets.ts';
import { INVALID_PASSWORD } from './sql-error.ts';

/** A database has another password of its owner's before it is kept: so long it may take until it is. */
const PASSWORD_LOOKS = 10;
const PASSWORD_INTERVAL_MS = 300;

/** What the volume of an Aurora cluster grows to by itself. */
const MAX_VOLUME_BYTES = 128 * 1024 ** 4;

export interface DatabasesParts {
  readonly cell: AwsCell;
  readonly clients: ClusterClients;
  readonly secrets: SecretsManagerSecrets;
  readonly scripts: DatabaseScripts;
  readonly random: Random;
  readonly sleep: Sleep;
}

export class AuroraDatabases implements Databases {
  readonly #parts: DatabasesParts;
  readonly pooled: PooledDatabases;
  readonly dedicated: DedicatedClusters;

  constructor(parts: DatabasesParts) {
    this.#parts = parts;
    this.pooled = new PooledDatabases(parts.cell, parts.clients.rdsData);
    this.dedicated = new DedicatedClusters(parts.cell, parts.clients);
  }

  state({ ref, tier }: Stack): Promise<DatabaseState> {
    return this[tier].state(ref);
  }

  create(stack: Stack): Promise<void> {
    return this[stack.tier].create(stack);
  }

  async bootstrap(stack: Stack, secret: ProjectSecret): Promise<void> {
    const api = await this[stack.tier].open(stack.ref);
    await bootstrap(api, stack, addressOf(this.#parts.cell, stack).roleSuffix, secret, this.#parts);
  }

  /** By the cluster's master user: what the role has for a password need not be what is kept of it. */
  async setPassword(stack: Stack, password: string): Promise<void> {
    const api = await this[stack.tier].open(stack.ref);
    const { roleSuffix } = addressOf(this.#parts.cell, stack);
    await setPasswords(api, new Map([[`postgres${roleSuffix}`, password]]), this.#parts.random);
  }

  /** Where the project's containers find it. */
  async endpoint({ ref, tier }: Stack): Promise<{ readonly host: string; readonly port: number }> {
    const { host, port } = this.#parts.cell.database;
    if (tier === 'pooled') return { host, port };
    const { Endpoint, Port = port } = (await this.dedicated.find(ref)) ?? {};
    if (Endpoint === undefined) throw new TransientError(`The services of ${ref} wait for its database.`);
    return { host: Endpoint, port: Port };
  }

  /** Only what a database can have of its own, which takes no start of the server. */
  async configure(stack: Stack): Promise<Result<void, ConfigurationRefused>> {
    const api = await this[stack.tier].open(stack.ref);
    return configureDatabase(api, addressOf(this.#parts.cell, stack), databaseConfiguration(stack));
  }

  start({ ref, tier }: Stack): Promise<void> {
    return this[tier].start(ref);
  }

  stop({ ref, tier }: Stack): Promise<void> {
    return this[tier].stop(ref);
  }

  /** On either tier, since what is left of a project without a record does not say which one it had. */
  async delete({ ref }: Stack): Promise<void> {
    await this.pooled.delete(ref);
    await this.dedicated.delete(ref);
  }

  async grantLogin(stack: Stack, { readOnly, password, until }: TemporaryLogin): Promise<string> {
    const { roleSuffix } = addressOf(this.#parts.cell, stack);
    const verifier = await scramVerifier(password, this.#parts.random);
    await this.#administer(stack, grantStatements({ readOnly, verifier, until }, roleSuffix));
    return loginName(readOnly, roleSuffix);
  }

  revokeLogins(stack: Stack): Promise<void> {
    return this.#administer(stack, revokeStatements(addressOf(this.#parts.cell, stack).roleSuffix));
  }

  async disk(stack: Stack): Promise<Disk> {
    const api = await this[stack.tier].open(stack.ref);
    const [row] = await api.run({ sql: 'select pg_database_size(current_database()) as used' });
    const used = Number(row?.['used'] ?? 0);
    return { size: MAX_VOLUME_BYTES, used, available: MAX_VOLUME_BYTES - used };
  }

  async #administer(stack: Stack, statements: readonly string[]): Promise<void> {
    const api = await this[stack.tier].open(stack.ref);
    for (const sql of statements) await api.run({ sql });
  }

  async query(ref: ProjectRef, query: Query): Promise<Result<readonly Row[], QueryError>> {
    const { sleep } = this.#parts;
    for (let look = 1; look <= PASSWORD_LOOKS; look += 1) {
      const answer = await this.#ask(ref, query);
      if (answer.ok || answer.error.sqlstate !== INVALID_PASSWORD) return answer;
      if (look < PASSWORD_LOOKS) await sleep(PASSWORD_INTERVAL_MS);
    }
    throw new PortError('The database does not take the password that is kept for its role postgres.', {
      suggestion: 'It was changed by SQL. Set it back, or reset the database password of the project.',
    });
  }

  async #ask(ref: ProjectRef, query: Query): Promise<Result<readonly Row[], QueryError>> {
    const { clients, scripts, secrets } = this.#parts;
    const stored = await secrets.find(ref);
    if (stored === undefined) throw new TransientError('The project has no secrets yet.');
    const { cluster_arn: clusterArn, dbname: database } = stored.login;
    const api = new DataApi(clients.rdsData, { clusterArn, secretArn: stored.arn, database });
    return runQuery(api, query, (sql) => scripts.statementsOf(sql));
  }
}
