import type { Json } from '../kernel/json.ts';
import type { ProjectRef } from '../kernel/ids.ts';
import type { Result } from '../kernel/result.ts';
import type { ProjectSecret } from './project-secret.ts';
import type { Stack } from './stack.ts';

export type DatabaseState =
  | 'absent'
  | 'creating'
  | 'available'
  | 'stopping'
  | 'stopped'
  | 'starting'
  | 'failed';

export interface Query {
  readonly sql: string;
  readonly parameters?: readonly Json[];
  /** Enforced by Postgres: the role can't write, whatever the statement does. */
  readonly readOnly: boolean;
}

/** Postgres's own refusal of a statement. */
export interface QueryError {
  readonly code: 'query_failed';
  /** SQLSTATE */
  readonly sqlstate: string;
  /** With what Postgres adds in detail and as a hint, each in a line of its own. */
  readonly message: string;
  /** Where in the SQL: 1 for its first character, each of Unicode's being one. */
  readonly position?: number;
}

/** A role that can log in for a time and acts as `postgres`, or as one that only reads. */
export interface TemporaryLogin {
  readonly readOnly: boolean;
  readonly password: string;
  readonly until: Date;
}

/** What a project's data can take up, in bytes. */
export interface Disk {
  readonly size: number;
  readonly used: number;
  readonly available: number;
}

/** Postgres's refusal of a setting. */
export interface ConfigurationRefused {
  readonly code: 'configuration_refused';
  readonly message: string;
}

/**
 * A project's Postgres. Every method may be called again at any time and then does nothing, or the rest of what it
 * began: `create`, `start` and `stop` only begin, `state` tells when it is done.
 * @throws {TransientError} the database service could not answer now
 * @throws {PortError} it refused, and a person has to act
 */
export interface Databases {
  state(stack: Stack): Promise<DatabaseState>;
  create(stack: Stack): Promise<void>;
  /** Applies the template's SQL packs and gives the login roles their passwords. The database must be available. */
  bootstrap(stack: Stack, secret: ProjectSecret): Promise<void>;
  /** Gives the role `postgres` another password, whichever it has. The database must be available. */
  setPassword(stack: Stack, password: string): Promise<void>;
  /**
   * Gives the server, or the project's database on it, and the REST API's part in it the stack's settings; what is not
   * set goes back to what it was by itself. Does nothing where that is so already. `restart`: the server may be started
   * again for a value that takes that; without it the value waits for the next start. Where it refuses a value, or
   * does not start with it, what was in force before may be in force only in parts.
   */
  configure(
    stack: Stack,
    options: { readonly restart: boolean },
  ): Promise<Result<void, ConfigurationRefused>>;
  start(stack: Stack): Promise<void>;
  stop(stack: Stack): Promise<void>;
  /** Deletes the database and its data. */
  delete(stack: Stack): Promise<void>;
  /** Runs SQL as the project's `postgres` role; the rows of the last statement that returned any. */
  query(ref: ProjectRef, query: Query): Promise<Result<readonly Record<string, Json>[], QueryError>>;
  /** Answers the role's name. There is one of each kind: a password given out before no longer counts. */
  grantLogin(stack: Stack, login: TemporaryLogin): Promise<string>;
  /** Ends what `grantLogin` gave; connections that are open stay. */
  revokeLogins(stack: Stack): Promise<void>;
  /** Of the file system that the data is on, or of what the database service has for one database. */
  disk(stack: Stack): Promise<Disk>;
}
