import type { Clock } from '../kernel/clock.port.ts';
import type { DomainError } from '../kernel/errors.ts';
import type { Result } from '../kernel/result.ts';
import type { Table } from '../kernel/table.port.ts';
import { auditWrite } from '../organization/audit.ts';
import type { Actor } from '../organization/principal.ts';
import type { Project } from '../project/project.ts';
import { type Rows, runQuery } from './run-query.ts';

type Query = Parameters<typeof runQuery>[1];
type Ports = Parameters<typeof runQuery>[2] & { readonly table: Table; readonly clock: Clock };

/**
 * SQL that may change anything. That it was run is noted before it is: what it does is not in our hands, nor in the
 * table's transaction. The SQL itself is not kept, for it may hold secrets.
 */
export async function runAsOwner(
  project: Project,
  query: Query,
  actor: Actor,
  ports: Ports,
): Promise<Result<Rows, DomainError>> {
  const { organization, ref: subject } = project;
  const at = ports.clock.now();
  await ports.table.write([auditWrite({ organization, action: 'database.query', subject, actor, at })]);
  return runQuery(project, query, ports);
}
