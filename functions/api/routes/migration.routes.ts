import { migrationOperations } from '../../contract/migrations.contract.ts';
import { amendMigration, findMigration } from '../../core/database/migrations/amend-migration.ts';
import { applyMigration, recordMigration } from '../../core/database/migrations/apply-migration.ts';
import { type Migration, migrationsOf } from '../../core/database/migrations/history.ts';
import { rollBackMigrations } from '../../core/database/migrations/roll-back-migrations.ts';
import { ok } from '../../core/kernel/result.ts';
import { type Route, onProject } from '../route.ts';

const O = migrationOperations;

export const migrationRoutes: Record<keyof typeof migrationOperations, Route> = {
  listMigrations: onProject(O.listMigrations, async ({ project, ports }) => {
    const migrations = await migrationsOf(project.value, ports);
    if (!migrations.ok) return migrations;
    return ok(
      migrations.value.map(({ version, name }) => ({
        version,
        ...(typeof name === 'string' ? { name } : {}),
      })),
    );
  }),

  applyMigration: onProject(O.applyMigration, ({ project, body, idempotencyKey, actor, ports }) =>
    applyMigration(project.value, { ...body, idempotencyKey }, actor, ports),
  ),

  recordMigration: onProject(O.recordMigration, ({ project, body, idempotencyKey, actor, ports }) =>
    recordMigration(project.value, { ...body, idempotencyKey }, actor, ports),
  ),

  rollBackMigrations: onProject(O.rollBackMigrations, ({ project, query, actor, ports }) =>
    rollBackMigrations(project.value, query.gte, actor, ports),
  ),

  getMigration: onProject(O.getMigration, async ({ project, params, ports }) => {
    const found = await findMigration(project.value, params.version, ports);
    return found.ok ? ok(render(found.value)) : found;
  }),

  amendMigration: onProject(O.amendMigration, ({ project, params, body, actor, ports }) =>
    amendMigration(project.value, params.version, body, actor, ports),
  ),
};

function render({ version, name, statements, rollback, created_by, idempotency_key }: Migration) {
  return {
    version,
    ...(typeof name === 'string' ? { name } : {}),
    ...(statements ? { statements } : {}),
    ...(rollback ? { rollback } : {}),
    ...(typeof created_by === 'string' ? { created_by } : {}),
    ...(typeof idempotency_key === 'string' ? { idempotency_key } : {}),
  };
}
