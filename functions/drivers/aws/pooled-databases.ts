import type { RDSDataClient } from '@aws-sdk/client-rds-data';
import { TransientError } from '../../core/kernel/errors.ts';
import { type ProjectRef, projectRefSchema } from '../../core/kernel/ids.ts';
import type { DatabaseState } from '../../core/project/databases.port.ts';
import type { Stack } from '../../core/project/stack.ts';
import type { AwsCell } from './cell.ts';
import { DataApi } from './data-api.ts';
import type { Row } from './data-api-values.ts';
import { databaseName, roleSuffix } from './names.ts';
import { isSql } from './sql-error.ts';

/** Another call did the same at the same moment: duplicate database, table, schema, or a row of a catalogue. */
const MADE_ALREADY = ['42P04', '42P07', '42P06', '23505'];
const UNDEFINED_TABLE = '42P01';
const IN_USE = '55006';

/** A project's share of the connections that Aurora has for all of a cell; a stack of all services holds about 20. */
const CONNECTION_LIMIT = 100;

/**
 * The databases of projects that share the cell's cluster. Their names tell nobody whose they are, so the cluster
 * keeps a list, in a database that only its master user may connect to. A stopped one takes no connections.
 */
export class PooledDatabases {
  readonly #cell: AwsCell;
  readonly #client: RDSDataClient;
  readonly #admin: DataApi;

  constructor(cell: AwsCell, client: RDSDataClient) {
    this.#cell = cell;
    this.#client = client;
    this.#admin = this.#as('postgres');
  }

  /** Where the project's scripts are applied, as the master user. */
  async open(ref: ProjectRef): Promise<DataApi> {
    if ((await this.#takesConnections(ref)) === true) return this.#as(databaseName(ref));
    throw new TransientError(`The database of ${ref} is not there.`);
  }

  async state(ref: ProjectRef): Promise<DatabaseState> {
    const open = await this.#takesConnections(ref);
    if (open === undefined) return 'absent';
    if (open) return 'available';
    return (await this.#sessions(ref)) === 0 ? 'stopped' : 'stopping';
  }

  /** It is closed until nobody but its owner may connect to it, so that one cut short is not taken for a whole one. */
  async create({ ref }: Pick<Stack, 'ref'>): Promise<void> {
    const name = databaseName(ref);
    await this.#enlist(ref);
    const open = await this.#takesConnections(ref);
    if (open === true) return;
    // template0, which nobody can be connected to: copying another one fails while somebody is.
    const options = `template template0 connection limit ${CONNECTION_LIMIT} allow_connections false`;
    if (open === undefined) await this.#once(`create database ${name} ${options}`);
    await this.#run(`revoke connect, temporary on database ${name} from public`);
    await this.#open(ref);
  }

  async start(ref: ProjectRef): Promise<void> {
    const open = await this.#takesConnections(ref);
    if (open === undefined) throw new TransientError(`The database of ${ref} is not there.`);
    if (!open) await this.#open(ref);
  }

  async stop(ref: ProjectRef): Promise<void> {
    if ((await this.#takesConnections(ref)) === undefined) return;
    await this.#run(`alter database ${databaseName(ref)} allow_connections false`);
    await this.#endSessions(ref);
  }

  /** The sessions first: a replication slot in use would keep the database from being dropped. */
  async delete(ref: ProjectRef): Promise<void> {
    if ((await this.#takesConnections(ref)) !== undefined) {
      await this.stop(ref);
      await this.#run(`drop database if exists ${databaseName(ref)} with (force)`);
    }
    const roles = await this.roles(ref);
    if (roles.length > 0) await this.#run(`drop role if exists ${roles.join(', ')}`);
    await this.#listed('delete from baseplane.databases where ref = :ref', { ref });
  }

  /** The roles that are the project's own, also those that a step made which had been given up. */
  async roles(ref: ProjectRef): Promise<readonly string[]> {
    const sql =
      'select rolname from pg_roles where right(rolname, length(:suffix)) = :suffix order by rolname';
    const rows = await this.#admin.run({ sql, parameters: { suffix: roleSuffix(ref) } });
    return rows.flatMap(({ rolname }) => (typeof rolname === 'string' ? rolname : []));
  }

  /** Every project that has, or is about to get, a database here. */
  async refs(): Promise<readonly ProjectRef[]> {
    const rows = await this.#listed('select ref from baseplane.databases');
    return rows.map(({ ref }) => projectRefSchema.parse(ref));
  }

  async #enlist(ref: ProjectRef): Promise<void> {
    await this.#once('create schema if not exists baseplane');
    await this.#once('create table if not exists baseplane.databases (ref text primary key)');
    const sql = 'insert into baseplane.databases (ref) values (:ref) on conflict do nothing';
    await this.#admin.run({ sql, parameters: { ref } });
  }

  /** A cluster that never had a project has no list. */
  async #listed(sql: string, parameters: Readonly<Record<string, string>> = {}): Promise<readonly Row[]> {
    try {
      return await this.#admin.run({ sql, parameters });
    } catch (error) {
      if (isSql(error, UNDEFINED_TABLE)) return [];
      throw error;
    }
  }

  /** undefined: there is no such database. */
  async #takesConnections(ref: ProjectRef): Promise<boolean | undefined> {
    const sql = 'select datallowconn from pg_database where datname = :name';
    const [row] = await this.#admin.run({ sql, parameters: { name: databaseName(ref) } });
    return row === undefined ? undefined : row['datallowconn'] === true;
  }

  #open(ref: ProjectRef): Promise<void> {
    return this.#run(`alter database ${databaseName(ref)} allow_connections true`);
  }

  async #sessions(ref: ProjectRef): Promise<number> {
    const sql = 'select pid from pg_stat_activity where datname = :name';
    return (await this.#admin.run({ sql, parameters: { name: databaseName(ref) } })).length;
  }

  /** Those of a user: a worker of autovacuum, which ends by itself, only a superuser may end. */
  async #endSessions(ref: ProjectRef): Promise<void> {
    const sql =
      'select pg_terminate_backend(pid) from pg_stat_activity where datname = :name and usename is not null';
    await this.#admin.run({ sql, parameters: { name: databaseName(ref) } });
  }

  async #once(sql: string): Promise<void> {
    try {
      await this.#run(sql);
    } catch (error) {
      if (!isSql(error, ...MADE_ALREADY)) throw error;
    }
  }

  async #run(sql: string): Promise<void> {
    try {
      await this.#admin.run({ sql, unlimited: true });
    } catch (error) {
      if (!isSql(error, IN_USE)) throw error;
      throw new TransientError('The database is still in use.', { cause: error });
    }
  }

  #as(database: string): DataApi {
    const { clusterArn, secretArn } = this.#cell.database;
    return new DataApi(this.#client, { clusterArn, secretArn, database });
  }
}
