import { z } from 'zod';
import { characters } from '../../kernel/characters.ts';
import { type DomainError, fail } from '../../kernel/errors.ts';
import { type Result, ok } from '../../kernel/result.ts';
import type { Project } from '../../project/project.ts';
import { queryFailed } from '../run-query.ts';
import { within } from './change-history.ts';
import { type DatabasePorts, HISTORY, type Migration, migrationSchema, migrationsOf } from './history.ts';
import { COMPLETE_HISTORY, LOCK, textLiteral, textsLiteral } from './record.ts';

const appliedSchema = migrationSchema.pick({ version: true, statements: true });

/**
 * Runs on one database what another one was migrated with and it was not, in order, each in a transaction of its own
 * with its record; stops at the first that fails. `upTo`: the last version that is meant.
 */
export async function carryMigrations(
  from: Project,
  to: Pick<Project, 'ref'>,
  upTo: string | undefined,
  ports: DatabasePorts,
): Promise<Result<undefined, DomainError>> {
  const wanted = await migrationsOf(from, ports);
  if (!wanted.ok) return wanted;
  const there = await appliedOn(to, ports);
  if (!there.ok) return there;
  for (const migration of wanted.value) {
    const { version, statements } = migration;
    if (upTo !== undefined && version > upTo) continue;
    const same = there.value.get(version);
    if (same !== undefined && same !== textOf(statements)) return clash(version);
    if (same !== undefined) continue;
    const applied = await apply(migration, to, ports);
    if (!applied.ok) return applied;
  }
  return ok(undefined);
}

const textOf = (statements: Migration['statements']) => JSON.stringify(statements ?? []);

/** Two databases give a version by the second, so that it may not be one migration's alone. */
const clash = (version: string) =>
  fail('conflict', `The version ${version} is another migration there.`, {
    suggestion: 'Roll back one of the two and apply it again, under a version of its own.',
  });

/** The statements by version. */
async function appliedOn(
  { ref }: Pick<Project, 'ref'>,
  { databases }: DatabasePorts,
): Promise<Result<ReadonlyMap<string, string>, DomainError>> {
  const sql = [
    LOCK,
    ...COMPLETE_HISTORY,
    `select version, to_jsonb(statements) as statements from ${HISTORY}`,
  ].join(';\n');
  const read = await databases.query(ref, { sql, readOnly: false });
  if (!read.ok) return queryFailed('Failed to read the migrations', sql, read.error);
  const rows = z.array(appliedSchema).parse(read.value);
  return ok(new Map(rows.map(({ version, statements }) => [version, textOf(statements)])));
}

async function apply(
  { version, name, statements, rollback, created_by, idempotency_key }: Migration,
  { ref }: Pick<Project, 'ref'>,
  { databases }: DatabasePorts,
): Promise<Result<undefined, DomainError>> {
  const own = (statements ?? []).join('\n;\n');
  const values = [
    textLiteral(version),
    textLiteral(name ?? undefined),
    textsLiteral(statements),
    textsLiteral(rollback),
    textLiteral(created_by ?? undefined),
    textLiteral(idempotency_key ?? undefined),
  ];
  // First of all, so that of two who do this at a time one finds the version taken and changes nothing.
  const record = `insert into ${HISTORY} (version, name, statements, rollback, created_by, idempotency_key)
    values (${values.join(', ')})`;
  const before = [LOCK, record, ''].join(';\n');
  const result = await databases.query(ref, { sql: before + own, readOnly: false });
  if (result.ok) return ok(undefined);
  return queryFailed(`The migration ${version} failed`, own, within(own, characters(before), result.error));
}
