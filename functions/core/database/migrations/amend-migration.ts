import { type DomainError, fail } from '../../kernel/errors.ts';
import { type Result, ok } from '../../kernel/result.ts';
import type { Actor } from '../../organization/principal.ts';
import type { Project } from '../../project/project.ts';
import { type MigrationPorts, changeHistory } from './change-history.ts';
import { type DatabasePorts, HISTORY, type Migration, migrationsOf } from './history.ts';
import { statementsLiteral, textLiteral } from './record.ts';

const NO_SUCH_MIGRATION = fail('not_found', 'No migration of this version was applied.', {
  field: 'path.version',
  suggestion: 'GET /v1/projects/{ref}/database/migrations lists those that were.',
});

export async function findMigration(
  project: Project,
  version: string,
  ports: DatabasePorts,
): Promise<Result<Migration, DomainError>> {
  const migrations = await migrationsOf(project, ports);
  if (!migrations.ok) return migrations;
  const found = migrations.value.find((each) => each.version === version);
  return found === undefined ? NO_SUCH_MIGRATION : ok(found);
}

/** Changes what the history says of a migration; what is not given stays. */
export async function amendMigration(
  project: Project,
  version: string,
  { name, rollback }: { readonly name?: string | undefined; readonly rollback?: string | undefined },
  actor: Actor,
  ports: MigrationPorts,
): Promise<Result<undefined, DomainError>> {
  const found = await findMigration(project, version, ports);
  if (!found.ok) return found;
  const settings = [
    ...(name === undefined ? [] : [`name = ${textLiteral(name)}`]),
    ...(rollback === undefined ? [] : [`rollback = ${statementsLiteral(rollback)}`]),
  ];
  if (settings.length === 0) return ok(undefined);
  const change = {
    what: 'Failed to patch database migration',
    record: [`update ${HISTORY} set ${settings.join(', ')} where version = ${textLiteral(version)}`],
    action: 'project.migration.amend',
    details: { version },
  };
  const amended = await changeHistory(project, change, actor, ports);
  return amended.ok ? ok(undefined) : amended;
}
