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
  start(stack: Stack): Promise<void>;
  stop(stack: Stack): Promise<void>;
  /** Deletes the database and its data. */
  delete(stack: Stack): Promise<void>;
  /** Runs SQL as the project's `postgres` role; the rows of the last statement that returned any. */
  query(ref: ProjectRef, query: Query): Promise<Result<readonly Record<string, Json>[], QueryError>>;
}
