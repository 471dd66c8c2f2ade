import { type JobName, jobsOf } from '../../../functions/contract/jobs.ts';

/** What a metric is of. */
export type AlarmSource =
  | 'logs'
  | 'stateMachines'
  | 'answering'
  | 'functions'
  | 'table'
  | 'schedules'
  | 'jobs';

/** `below` is raised by silence, too. */
type Threshold =
  | { readonly above: number; readonly below?: never }
  | { readonly below: number; readonly above?: never };

interface Watched {
  /** Also its anchor in docs/runbook.md. */
  readonly name: string;
  readonly means: string;
  readonly source: AlarmSource;
  readonly metric: string;
  readonly statistic: 'Sum' | 'Maximum';
  readonly minutes: number;
  readonly periods: number;
  /** Set: it is of this job alone. */
  readonly job?: JobName;
  /** Why this threshold. */
  readonly reason: string;
}

export type AlarmRow = Watched & Threshold;

const OF_THE_WHOLE: readonly AlarmRow[] = [
  {
    name: 'errors-logged',
    means: 'The API, the wake route or a scheduled job met an error that it could not answer for.',
    source: 'logs',
    metric: 'Errors',
    statistic: 'Sum',
    minutes: 5,
    periods: 2,
    above: 5,
    reason:
      'AWS throttles now and then, and the client tries again; more than that, twice, is an outage or a bug.',
  },
  {
    name: 'workflow-failed',
    means: 'A project could not be created, paused, restored, redeployed or deleted.',
    source: 'stateMachines',
    metric: 'ExecutionsFailed',
    statistic: 'Sum',
    minutes: 5,
    periods: 1,
    above: 0,
    reason: 'A workflow tries everything again that may pass: what it gives up on needs a person.',
  },
  {
    name: 'workflow-overdue',
    means: 'A workflow was ended because it took too long.',
    source: 'stateMachines',
    metric: 'ExecutionsTimedOut',
    statistic: 'Sum',
    minutes: 5,
    periods: 1,
    above: 0,
    reason: 'Each limit is above the worst case of the workflow’s own retries.',
  },
  {
    name: 'function-failed',
    means:
      'The API, the wake route or a scheduled job ends without an answer: it crashed, ran out of time or of memory.',
    source: 'answering',
    metric: 'Errors',
    statistic: 'Sum',
    minutes: 5,
    periods: 2,
    above: 2,
    reason: 'Not counted over the step function, which fails by design while it waits.',
  },
  {
    name: 'function-throttled',
    means: 'Lambda turns invocations away.',
    source: 'functions',
    metric: 'Throttles',
    statistic: 'Sum',
    minutes: 5,
    periods: 2,
    above: 0,
    reason: 'The account’s concurrency is used up, and then every project of it suffers.',
  },
  {
    name: 'table-throttled',
    means: 'DynamoDB turns requests away.',
    source: 'table',
    metric: 'ThrottledRequests',
    statistic: 'Sum',
    minutes: 5,
    periods: 2,
    above: 0,
    reason: 'A table on demand takes twice its highest load so far; the SDK’s retries outlast the rest.',
  },
  {
    name: 'schedule-failed',
    means: 'The reconciler or the sweep is not being started.',
    source: 'schedules',
    metric: 'TargetErrorCount',
    statistic: 'Sum',
    minutes: 15,
    periods: 1,
    above: 0,
    reason:
      'While they do not run, a project whose workflow died stays in transition, and what it left stays as well.',
  },
];

/** CloudWatch looks back for a day at most, and no further than an hour at a time. */
const LEAST_MINUTES = 15;

const ofJobs = jobsOf('aws').flatMap(({ name, every }): readonly AlarmRow[] => [
  {
    name: `${name}-did-not-run`,
    means: `The job ${name} has not succeeded for more than three times its interval.`,
    source: 'jobs',
    metric: 'JobsDone',
    statistic: 'Sum',
    minutes: Math.max(LEAST_MINUTES, Math.ceil((3 * every) / 60)),
    periods: 1,
    below: 1,
    job: name,
    reason: 'A run that failed is made up for by the next one; three in a row are no accident.',
  },
  {
    name: `${name}-fell-behind`,
    means: `The job ${name} begins later than when its next run is due.`,
    source: 'jobs',
    metric: 'JobLag',
    statistic: 'Maximum',
    minutes: Math.max(LEAST_MINUTES, Math.ceil(every / 60)),
    periods: 2,
    above: every * 1000,
    job: name,
    reason: 'Milliseconds: it takes longer than its interval, or Lambda is slow to start it.',
  },
]);

/** Everything in the control plane that a person has to look at. */
export const ALARMS: readonly AlarmRow[] = [...OF_THE_WHOLE, ...ofJobs];
