import { z } from 'zod';
import type { JobName } from '../contract/jobs.ts';
import { JobLedger } from '../core/jobs/job-ledger.ts';
import type { Clock } from '../core/kernel/clock.port.ts';
import type { Log } from '../core/kernel/log.port.ts';
import type { Table } from '../core/kernel/table.port.ts';
import { runJob } from './run-job.ts';

interface Ports {
  readonly table: Table;
  readonly clock: Clock;
  readonly log: Log;
}

/** What EventBridge Scheduler is told to hand over; whoever invokes the function by hand may leave it out. */
const eventSchema = z.object({ due: z.iso.datetime().optional() }).catch({});

/**
 * The handler of a job's function. Its alarms count the lines `job done`; a run that failed throws, so that Lambda
 * starts it again. A job that works something off says how far behind it still is.
 */
export function scheduled(
  name: JobName,
  work: (behind: (milliseconds: number) => void) => Promise<void>,
  ports: Ports,
) {
  const { table, clock, log } = ports;
  const ledger = new JobLedger(table, clock);
  return async (event: unknown): Promise<void> => {
    const { due } = eventSchema.parse(event);
    const began = clock.now();
    const dueAt = due === undefined ? began : new Date(due);
    let lag_ms = Math.max(0, began.getTime() - dueAt.getTime());
    const behind = (milliseconds: number) => void (lag_ms = Math.max(lag_ms, milliseconds));
    const outcome = await runJob(name, dueAt, () => work(behind), { ledger, log });
    if (outcome === 'failed') throw new Error(`the job ${name} failed`);
    if (outcome === 'left out') return;
    log.info('job done', { job: name, lag_ms, duration_ms: clock.now().getTime() - began.getTime() });
  };
}
