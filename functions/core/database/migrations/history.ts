import { z } from 'zod';
import type { DomainError } from '../../kernel/errors.ts';
import { type Result, ok } from '../../kernel/result.ts';
import type { ProjectPorts } from '../../project/ports.ts';
import type { Project } from '../../project/project.ts';
import { runQuery } from '../run-query.ts';

/** Where the CLI and Supabase keep what was applied. */
export const HISTORY = 'supabase_migrations.schema_migrations';

const texts = z.array(z.string());

/** A row of the history; one that the CLI has written lacks the columns that only Supabase's API knows. */
export const migrationSchema = z.object({
  version: z.string(),
  name: z.string().nullish(),
  statements: texts.nullish(),
  rollback: texts.nullish(),
  created_by: z.string().nullish(),
  idempotency_key: z.string().nullish(),
});

export type Migration = z.infer<typeof migrationSchema>;

export type DatabasePorts = Pick<ProjectPorts, 'databases'>;

/** Oldest first. A database in which nothing was ever migrated has no history. */
export async function migrationsOf(
  project: Project,
  ports: DatabasePorts,
): Promise<Result<readonly Migration[], DomainError>> {
  const columns = await columnsOf(project, ports);
  if (!columns.ok) return columns;
  if (columns.value.length === 0) return ok([]);
  const sql = `select to_jsonb(m) as migration from ${HISTORY} m order by version`;
  const read = await runQuery(project, { sql, readOnly: true }, ports);
  if (!read.ok) return read;
  return ok(read.value.map(({ migration }) => migrationSchema.parse(migration)));
}

const COLUMNS = ['version', 'name', 'statements', 'rollback', 'created_by', 'idempotency_key'];

/** Whether the history has a place for all that is kept of a migration. */
export async function isComplete(
  project: Project,
  ports: DatabasePorts,
): Promise<Result<boolean, DomainError>> {
  const columns = await columnsOf(project, ports);
  return columns.ok ? ok(COLUMNS.every((column) => columns.value.includes(column))) : columns;
}

/** None: the table is not there. */
async function columnsOf(
  project: Project,
  ports: DatabasePorts,
): Promise<Result<readonly string[], DomainError>> {
  const sql = `select attname as name from pg_catalog.pg_attribute
    where attrelid = to_regclass('${HISTORY}') and attnum > 0 and not attisdropped`;
  const read = await runQuery(project, { sql, readOnly: true }, ports);
  return read.ok ? ok(read.value.map(({ name }) => z.string().parse(name))) : read;
}
