import { jobsOf } from '../../functions/contract/jobs.ts';
import type { Functions } from './functions.ts';
import { JOB_FUNCTIONS } from './plan/entries.ts';

/** What runs by the clock. Each run is told when it was due, so that one that comes late is seen to. */
export function makeJobs(functions: Functions): void {
  for (const { name, every } of jobsOf('aws')) {
    const called = JOB_FUNCTIONS[name];
    if (called === undefined) throw new Error(`the job ${name} has no function`);
    const minutes = every / 60;
    new sst.aws.CronV2(`${called.charAt(0).toUpperCase()}${called.slice(1)}Schedule`, {
      function: functions[called].arn,
      schedule: minutes === 1 ? 'rate(1 minute)' : `rate(${minutes} minutes)`,
      retries: 2,
      event: { due: '<aws.scheduler.scheduled-time>' },
    });
  }
}
