import { type DomainError, fail } from '../../kernel/errors.ts';
import { type Result, ok } from '../../kernel/result.ts';
import type { Actor } from '../../organization/principal.ts';
import type { Project } from '../../project/project.ts';
import { literalOf } from '../sql-literal.ts';
import { type MigrationPorts, changeHistory } from './change-history.ts';
import { HISTORY, type Migration, migrationsOf } from './history.ts';

/** Undoes the migrations from a version on, the last one first, and forgets them: all of them or none. */
export async function rollBackMigrations(
  project: Project,
  from: string,
  actor: Actor,
  ports: MigrationPorts,
): Promise<Result<undefined, DomainError>> {
  const migrations = await migrationsOf(project, ports);
  if (!migrations.ok) return migrations;
  const undone = migrations.value.filter(({ version }) => isFrom(version, from)).toReversed();
  if (undone.length === 0) return ok(undefined);
  const final = undone.find(({ rollback }) => rollback === null || rollback === undefined);
  if (final !== undefined) return noWayBack(final);
  const versions = undone.map(({ version }) => version);
  const change = {
    what: 'Failed to rollback database migration',
    sql: undone.flatMap(({ rollback }) => rollback ?? []).join('\n;\n'),
    record: [`delete from ${HISTORY} where version = any (${literalOf(versions)}::text[])`],
    action: 'project.migration.roll_back',
    details: { versions },
  };
  const changed = await changeHistory(project, change, actor, ports);
  return changed.ok ? ok(undefined) : changed;
}

/** Versions are numbers of any length; what is none was written by somebody else, and stays. */
function isFrom(version: string, from: string): boolean {
  return /^\d+$/.test(version) && BigInt(version) >= BigInt(from);
}

function noWayBack({ version, name }: Migration) {
  const which = name === null || name === undefined ? version : `${version} (${name})`;
  return fail('conflict', `The migration ${which} does not say how it is undone.`, {
    field: 'query.gte',
    suggestion: `Give it its "rollback" with PATCH /v1/projects/{ref}/database/migrations/${version}.`,
  });
}
