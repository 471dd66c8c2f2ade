import { z } from 'zod';
import type { DomainError } from '../kernel/errors.ts';
import { type Result, ok } from '../kernel/result.ts';
import { runQuery } from '../database/run-query.ts';
import type { ProjectPorts } from '../project/ports.ts';
import type { Project } from '../project/project.ts';
import type { Sample } from './meter-hour.ts';
import { type Month, startOfMonth } from './period.ts';

/** What each of Supabase's schemas tells, where a template has it. */
const SOURCES = {
  'storage.objects': `(select coalesce(sum((metadata->>'size')::bigint), 0) from storage.objects) as storage_bytes`,
  // Sessions go when people sign out, so that their last sign-in counts beside them.
  'auth.sessions': `(select count(*) from (
      select user_id from auth.sessions where coalesce(refreshed_at at time zone 'utc', created_at) >= $1::timestamptz
      union select id from auth.users where last_sign_in_at >= $1::timestamptz
    ) active) as monthly_active_users`,
} as const;

/** Supabase's Realtime is connected for as long as any client is. */
const REALTIME = `(select count(*) from pg_stat_activity
  where datname = current_database() and application_name = 'realtime_connect') as realtime_sessions`;

const EXISTING = `select name from unnest(array[${Object.keys(SOURCES)
  .map((name) => `'${name}'`)
  .join(', ')}]) name where to_regclass(name) is not null`;

const existingSchema = z.object({ name: z.string() });

/** Postgres writes what does not fit 32 bits as text. */
const count = z.coerce.number().int().nonnegative();

const sampleSchema = z.object({
  database_bytes: count,
  storage_bytes: count.optional(),
  monthly_active_users: count.optional(),
  realtime_sessions: count.optional(),
});

/** What a database tells of its project, beside what is metered. */
export interface ToldSample extends Sample {
  readonly usesRealtime: boolean;
}

/** Asks the project's own database how large it and its files are, and how many people have been active since the month began. */
export async function sampleProject(
  project: Project,
  month: Month,
  ports: Pick<ProjectPorts, 'databases'>,
): Promise<Result<ToldSample, DomainError>> {
  const existing = await runQuery(project, { sql: EXISTING, readOnly: false }, ports);
  if (!existing.ok) return existing;
  const names = existing.value.map((row) => existingSchema.parse(row).name);
  const told = Object.entries(SOURCES).flatMap(([name, sql]) => (names.includes(name) ? [sql] : []));
  const size = 'pg_database_size(current_database()) as database_bytes';
  const since = startOfMonth(month).toISOString();
  const sql = `select ${[size, REALTIME, ...told].join(', ')} where $1::timestamptz is not null`;
  const read = await runQuery(project, { sql, parameters: [since], readOnly: false }, ports);
  if (!read.ok) return read;
  const { realtime_sessions = 0, ...sizes } = sampleSchema.parse(read.value[0]);
  const { database_bytes, storage_bytes = 0, monthly_active_users = 0 } = sizes;
  const amounts = { database_bytes, storage_bytes, monthly_active_users };
  return ok({ amounts, usesRealtime: realtime_sessions > 0 });
}
