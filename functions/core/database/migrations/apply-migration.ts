import type { DomainError } from '../../kernel/errors.ts';
import { type Result, ok } from '../../kernel/result.ts';
import type { Actor } from '../../organization/principal.ts';
import type { Project } from '../../project/project.ts';
import { type MigrationPorts, changeHistory } from './change-history.ts';
import { HISTORY, migrationsOf } from './history.ts';
import { type NewMigration, insertion, statementsLiteral, textLiteral } from './record.ts';

export type MigrationRequest = Omit<NewMigration, 'createdBy' | 'at'>;

/** Runs the migration and records it. One that came before under the same idempotency key is not run again. */
export async function applyMigration(
  project: Project,
  request: MigrationRequest,
  actor: Actor,
  ports: MigrationPorts,
): Promise<Result<undefined, DomainError>> {
  const done = await wasRecorded(project, request, ports);
  if (!done.ok) return done;
  if (done.value) return ok(undefined);
  const migration = { ...request, createdBy: actor.email, at: ports.clock.now() };
  const change = {
    what: 'Failed to apply database migration',
    sql: request.query,
    record: [insertion(migration)],
    action: 'project.migration.apply',
    details: { name: request.name ?? null },
  };
  const applied = await changeHistory(project, change, actor, ports);
  if (applied.ok) return ok(undefined);
  // Another request with the same key was faster: the key is unique, so this one has changed nothing.
  const meanwhile = await wasRecorded(project, request, ports);
  return meanwhile.ok && meanwhile.value ? ok(undefined) : applied;
}

async function wasRecorded(
  project: Project,
  { idempotencyKey: key }: MigrationRequest,
  ports: MigrationPorts,
): Promise<Result<boolean, DomainError>> {
  if (key === undefined) return ok(false);
  const migrations = await migrationsOf(project, ports);
  return migrations.ok
    ? ok(migrations.value.some(({ idempotency_key }) => idempotency_key === key))
    : migrations;
}

/**
 * Records a migration that was applied in another way. Under an idempotency key it replaces what was recorded with
 * that; without one, the same statements under the same name are the same migration.
 */
export async function recordMigration(
  project: Project,
  request: MigrationRequest,
  actor: Actor,
  ports: MigrationPorts,
): Promise<Result<undefined, DomainError>> {
  const migration = { ...request, createdBy: actor.email, at: ports.clock.now() };
  const change = {
    what: 'Failed to upsert database migration',
    record: request.idempotencyKey === undefined ? byContent(migration) : byKey(migration),
    action: 'project.migration.record',
    details: { name: request.name ?? null },
  };
  const recorded = await changeHistory(project, change, actor, ports);
  return recorded.ok ? ok(undefined) : recorded;
}

function byKey(migration: NewMigration): readonly string[] {
  const replace = `on conflict (idempotency_key) do update
    set name = excluded.name, statements = excluded.statements, rollback = excluded.rollback`;
  return [insertion(migration, 'true', replace)];
}

function byContent(migration: NewMigration): readonly string[] {
  const { name, query, rollback } = migration;
  const same = `name is not distinct from ${textLiteral(name)} and statements = ${statementsLiteral(query)}`;
  return [
    `update ${HISTORY} set rollback = coalesce(${statementsLiteral(rollback)}, rollback) where ${same}`,
    insertion(migration, `not exists (select from ${HISTORY} where ${same})`),
  ];
}
