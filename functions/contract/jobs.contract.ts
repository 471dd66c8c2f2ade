import { z } from 'zod';
import { JOB_NAMES } from './jobs.ts';
import { none, operation } from './operation.ts';

export const jobOperations = {
  listJobs: operation({
    method: 'GET',
    path: '/platform/jobs',
    summary: 'List what the control plane does by the clock, and how it went; for its operator',
    policy: { on: 'caller' },
    params: none,
    query: none,
    body: none,
    status: 200,
    response: z.array(
      z.object({
        name: z.enum(JOB_NAMES),
        does: z.string(),
        every_seconds: z.int(),
        state: z.enum(['waiting', 'ok', 'failing', 'late', 'behind']).meta({
          description:
            'waiting: it has not run yet; late: it has not succeeded for three times its interval; behind: its last run began an interval late',
        }),
        running: z.boolean(),
        last_started_at: z.string().nullable(),
        last_succeeded_at: z.string().nullable(),
        duration_ms: z.int().nullable().meta({ description: 'Of the last run that succeeded' }),
        lag_ms: z.int().nullable().meta({ description: 'How late the last run began' }),
        failures: z.int().meta({ description: 'Runs in a row that failed' }),
        message: z.string().nullable(),
      }),
    ),
  }),
} as const;
