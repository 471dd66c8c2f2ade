import { type DomainError, fail } from '../kernel/errors.ts';
import type { Json } from '../kernel/json.ts';
import { type Result, ok } from '../kernel/result.ts';
import { DATABASE_ANSWERS } from '../project/database-answers.ts';
import type { Query, QueryError } from '../project/databases.port.ts';
import type { ProjectPorts } from '../project/ports.ts';
import type { Project } from '../project/project.ts';
import { describeFailure } from './describe-failure.ts';

export type Rows = readonly Record<string, Json>[];

/** Whether the project's Postgres can be asked at all. */
export function whileRunning({ status }: Project): Result<undefined, DomainError> {
  if (DATABASE_ANSWERS.includes(status)) return ok(undefined);
  return fail('conflict', `The database does not answer while the project is ${status}.`, {
    suggestion: 'Wait until the project is ACTIVE_HEALTHY, or restore it if it is paused.',
  });
}

/** Runs SQL as the project's `postgres` role, or as one that only reads. */
export async function runQuery(
  project: Project,
  query: Query,
  ports: Pick<ProjectPorts, 'databases'>,
): Promise<Result<Rows, DomainError>> {
  const running = whileRunning(project);
  if (!running.ok) return running;
  const result = await ports.databases.query(project.ref, query);
  return result.ok ? result : queryFailed('Failed to run sql query', query.sql, result.error);
}

/** `what`: what the SQL was to do, in Supabase's words. */
export function queryFailed(what: string, sql: string, error: QueryError) {
  return fail('query_failed', `${what}: ${describeFailure(sql, error)}`, { field: 'body.query' });
}
