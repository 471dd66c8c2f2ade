import { type DomainError, fail } from '../kernel/errors.ts';
import type { Json } from '../kernel/json.ts';
import { type Result, ok } from '../kernel/result.ts';
import type { Query } from './databases.port.ts';
import type { ProjectPorts } from './ports.ts';
import type { Project } from './project.ts';

/** Runs SQL as the project's `postgres` role. */
export async function runQuery(
  project: Project,
  query: Query,
  ports: Pick<ProjectPorts, 'databases'>,
): Promise<Result<readonly Record<string, Json>[], DomainError>> {
  if (project.status !== 'ACTIVE_HEALTHY' && project.status !== 'ACTIVE_UNHEALTHY') {
    return fail('conflict', `The database does not answer while the project is ${project.status}.`, {
      suggestion: 'Wait until the project is ACTIVE_HEALTHY, or restore it if it is paused.',
    });
  }
  const result = await ports.databases.query(project.ref, query);
  if (result.ok) return ok(result.value);
  return fail('query_failed', `${result.error.message} (SQLSTATE ${result.error.sqlstate})`, {
    field: 'body.query',
  });
}
