import type { Functions } from './functions.ts';

/** What runs by the clock. */
export function makeJobs({ reconcile, sweep }: Functions): void {
  new sst.aws.CronV2('ReconcileSchedule', {
    function: reconcile.arn,
    schedule: 'rate(1 minute)',
    retries: 2,
  });
  new sst.aws.CronV2('SweepSchedule', {
    function: sweep.arn,
    schedule: 'rate(30 minutes)',
    retries: 2,
  });
}
