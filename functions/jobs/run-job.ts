import type { JobName } from '../contract/jobs.ts';
import type { JobLedger } from '../core/jobs/job-ledger.ts';
import type { Log } from '../core/kernel/log.port.ts';

export interface RunPorts {
  readonly ledger: JobLedger;
  readonly log: Log;
}

/**
 * One run of a job, on record. Two never run side by side; a run that finds another one under way is left out, because
 * whatever it would have found due the next one finds. Of a failure the log has been told.
 */
export async function runJob(
  name: JobName,
  due: Date,
  work: () => Promise<void>,
  { ledger, log }: RunPorts,
): Promise<'done' | 'failed' | 'left out'> {
  const run = await ledger.begin(name, due);
  if (run === undefined) return 'left out';
  try {
    await log.within({ job: name }, work);
  } catch (error) {
    log.error('a job failed', error, { job: name });
    await ledger.end(name, run, 'It met an error, which the log of the control plane has.');
    return 'failed';
  }
  await ledger.end(name, run, null);
  return 'done';
}
