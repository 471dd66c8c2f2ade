import { PortError, TransientError } from '../../functions/core/kernel/errors.ts';
import type { ProjectRef } from '../../functions/core/kernel/ids.ts';
import type { Json } from '../../functions/core/kernel/json.ts';
import { err, ok, type Result } from '../../functions/core/kernel/result.ts';
import type {
  ConfigurationRefused,
  Databases,
  DatabaseState,
  Disk,
  Query,
  QueryError,
  TemporaryLogin,
} from '../../functions/core/project/databases.port.ts';
import type { ProjectSecret } from '../../functions/core/project/project-secret.ts';
import { databaseConfiguration } from '../../functions/core/project/settings/database-configuration.ts';
import type { Stack } from '../../functions/core/project/stack.ts';
import type { FakeCloud, FakeProject } from './fake-cloud.ts';

/** A size that parses and that no machine has. */
export const REFUSED = '999TB';

/** Databases that have states and no rows; they change state only while somebody asks after them. */
export class FakeDatabases implements Databases {
  readonly #cloud: FakeCloud;

  constructor(cloud: FakeCloud) {
    this.#cloud = cloud;
  }

  async state({ ref }: Stack): Promise<DatabaseState> {
    const database = this.#cloud.projects.get(ref)?.database;
    if (database?.next === undefined) return database?.state ?? 'absent';
    if (database.next.asks > 0) {
      database.next.asks -= 1;
      return database.state;
    }
    database.state = database.next.state;
    delete database.next;
    return database.state;
  }

  async create({ ref }: Stack): Promise<void> {
    const project = this.#cloud.of(ref);
    project.database ??= { state: 'absent', packs: [], logins: [] };
    this.#head(project.database, 'creating', 'available');
  }

  async bootstrap({ ref, template }: Stack, secret: ProjectSecret): Promise<void> {
    const database = this.#existing(ref);
    if (database.state !== 'available') throw new TransientError(`the database is ${database.state}`);
    database.packs = template.packs;
    database.version = template.version;
    database.ownerPassword = secret.db_password;
  }

  async setPassword({ ref }: Stack, password: string): Promise<void> {
    const database = this.#existing(ref);
    if (database.state !== 'available') throw new TransientError(`the database is ${database.state}`);
    database.ownerPassword = password;
  }

  async configure(stack: Stack): Promise<Result<void, ConfigurationRefused>> {
    const database = this.#existing(stack.ref);
    if (database.state !== 'available') throw new TransientError(`the database is ${database.state}`);
    const { server, rest } = databaseConfiguration(stack);
    const configuration = Object.entries({ ...server, ...rest }).filter(([, value]) => value !== null);
    if (configuration.some(([, value]) => value === REFUSED))
      return err({ code: 'configuration_refused', message: 'that much is not there' });
    database.configuration = Object.fromEntries(configuration);
    return ok(undefined);
  }

  async start({ ref }: Stack): Promise<void> {
    this.#head(this.#existing(ref), 'starting', 'available');
  }

  async stop({ ref }: Stack): Promise<void> {
    const database = this.#cloud.projects.get(ref)?.database;
    if (database !== undefined) this.#head(database, 'stopping', 'stopped');
  }

  async delete({ ref }: Stack): Promise<void> {
    delete this.#cloud.projects.get(ref)?.database;
  }

  async query(ref: ProjectRef, query: Query): Promise<Result<readonly Record<string, Json>[], QueryError>> {
    const { state, ownerPassword } = this.#existing(ref);
    if (state !== 'available') throw new TransientError(`the database is ${state}`);
    if (ownerPassword !== this.#cloud.of(ref).secret?.db_password)
      throw new PortError('the database does not take the password');
    return this.#cloud.answer(query);
  }

  async grantLogin({ ref }: Stack, login: TemporaryLogin): Promise<string> {
    const database = this.#existing(ref);
    const others = database.logins.filter(({ readOnly }) => readOnly !== login.readOnly);
    database.logins = [...others, login];
    return login.readOnly ? 'cli_login_reader' : 'cli_login_writer';
  }

  async revokeLogins({ ref }: Stack): Promise<void> {
    this.#existing(ref).logins = [];
  }

  async disk({ ref }: Stack): Promise<Disk> {
    this.#existing(ref);
    return { size: 3000, used: 1000, available: 2000 };
  }

  #head(database: NonNullable<FakeProject['database']>, through: DatabaseState, to: DatabaseState): void {
    if (database.state === to && database.next === undefined) return;
    if (database.next?.state === to) return;
    database.state = through;
    database.next = { state: to, asks: this.#cloud.asks };
  }

  #existing(ref: ProjectRef): NonNullable<FakeProject['database']> {
    const database = this.#cloud.projects.get(ref)?.database;
    if (database === undefined) throw new PortError(`there is no database of ${ref}`);
    return database;
  }
}
