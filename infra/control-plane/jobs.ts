import type { Functions } from './functions.ts';

/** What runs by the clock. */
export function makeJobs({ reconcile }: Functions): void {
  new sst.aws.CronV2('ReconcileSchedule', {
    function: reconcile.arn,
    schedule: 'rate(1 minute)',
    retries: 2,
  });
}
