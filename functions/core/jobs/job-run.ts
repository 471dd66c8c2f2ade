import { z } from 'zod';
import { JOBS, type JobName } from '../../contract/jobs.ts';

const instant = z.iso.datetime();

/** What is known of a job: its last runs, and the one that is under way. */
export const jobRecordSchema = z.object({
  /** For when the last run that began was due. */
  due_at: instant,
  started_at: instant,
  /** How late it began. */
  lag_ms: z.int().nonnegative(),
  succeeded_at: instant.nullable(),
  /** Of the last run that succeeded. */
  duration_ms: z.int().nonnegative().nullable(),
  /** Runs in a row that failed, or were never heard of again. */
  failures: z.int().nonnegative(),
  /** Why the last run failed. */
  message: z.string().nullable(),
  /** Until when nobody else may run it; null: nobody does. */
  held_until: instant.nullable(),
});

export type JobRecord = z.infer<typeof jobRecordSchema>;

/** `late`: it has not succeeded for three times its interval. `behind`: its last run began an interval too late. */
export type JobState = 'waiting' | 'ok' | 'failing' | 'late' | 'behind';

/** `every`: the seconds between its runs. */
export function stateOf(name: JobName, every: number, record: JobRecord | undefined, now: Date): JobState {
  if (record === undefined) return 'waiting';
  const since = now.getTime() - Date.parse(record.succeeded_at ?? record.started_at);
  if (since > (3 * every + JOBS[name].within) * 1000) return 'late';
  if (record.failures > 0) return 'failing';
  return record.lag_ms > every * 1000 ? 'behind' : 'ok';
}
