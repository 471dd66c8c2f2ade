import { ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { StagePolicy } from './settings.ts';

/** What a metric is of; the stack knows its namespace and dimensions. */
export type AlarmSource = 'loadBalancer' | 'targets' | 'edge' | 'database' | 'certificate' | 'log';

interface AlarmRow {
  /** Also its anchor in docs/runbook.md. */
  readonly name: string;
  readonly means: string;
  readonly source: AlarmSource;
  readonly metric: string;
  readonly statistic: 'Sum' | 'Maximum' | 'Minimum' | 'Average';
  readonly minutes: number;
  readonly periods: number;
  readonly comparison: ComparisonOperator;
  readonly threshold: number;
  /** Why this threshold. */
  readonly reason: string;
  readonly missing: TreatMissingData;
}

/** Aurora's formula: one connection per 9,531,392 bytes at the largest capacity, 5,000 at most, 2,000 if it may sleep. */
function maxConnections({ databaseCapacity: { min, max } }: StagePolicy): number {
  return Math.min(Math.floor((max * 2 * 1024 ** 3) / 9_531_392), min < 1 ? 2000 : 5000);
}

const { GREATER_THAN_THRESHOLD, LESS_THAN_THRESHOLD } = ComparisonOperator;
const { NOT_BREACHING, BREACHING } = TreatMissingData;

/** Everything in a cell that a person has to look at. What a project's own code does wrong is not in here. */
export const alarmsOf = (policy: StagePolicy): readonly AlarmRow[] => [
  {
    name: 'edge-down',
    means: 'No edge task answers its health check: no project of the cell is reachable.',
    source: 'targets',
    metric: 'HealthyHostCount',
    statistic: 'Minimum',
    minutes: 1,
    periods: 3,
    comparison: LESS_THAN_THRESHOLD,
    threshold: 1,
    reason: 'Three minutes: a task that was replaced is healthy again after one.',
    missing: BREACHING,
  },
  {
    name: 'edge-errors',
    means: 'The load balancer itself answers with 5xx.',
    source: 'loadBalancer',
    metric: 'HTTPCode_ELB_5XX_Count',
    statistic: 'Sum',
    minutes: 5,
    periods: 2,
    comparison: GREATER_THAN_THRESHOLD,
    threshold: 50,
    reason:
      'A deployment of the edge may break off a few connections; 50 in five minutes, twice, is not that.',
    missing: NOT_BREACHING,
  },
  {
    name: 'edge-saturated',
    means: 'The edge’s tasks are busy although it has scaled out.',
    source: 'edge',
    metric: 'CPUUtilization',
    statistic: 'Average',
    minutes: 5,
    periods: 3,
    comparison: GREATER_THAN_THRESHOLD,
    threshold: 85,
    reason: 'Scaling holds 60 %: more than 85 % for 15 minutes means that it is at its maximum.',
    missing: NOT_BREACHING,
  },
  {
    name: 'wake-failing',
    means: 'The wake route does not answer the edge: paused projects stay paused.',
    source: 'log',
    metric: 'WakeFailures',
    statistic: 'Sum',
    minutes: 5,
    periods: 2,
    comparison: GREATER_THAN_THRESHOLD,
    threshold: 5,
    reason: 'A client that is turned away comes back after 5 s, so that a passing fault counts a few times.',
    missing: NOT_BREACHING,
  },
  {
    name: 'database-capacity',
    means: 'The shared database runs at its largest size.',
    source: 'database',
    metric: 'ACUUtilization',
    statistic: 'Average',
    minutes: 5,
    periods: 3,
    comparison: GREATER_THAN_THRESHOLD,
    threshold: 90,
    reason: 'At 100 % of the maximum capacity it can grow no more and all pooled projects slow down.',
    missing: NOT_BREACHING,
  },
  {
    name: 'database-connections',
    means: 'The shared database is short of connections.',
    source: 'database',
    metric: 'DatabaseConnections',
    statistic: 'Maximum',
    minutes: 5,
    periods: 2,
    comparison: GREATER_THAN_THRESHOLD,
    threshold: 0.8 * maxConnections(policy),
    reason: 'The last fifth of what Aurora takes is what projects need to start.',
    missing: NOT_BREACHING,
  },
  {
    name: 'database-replication',
    means: 'A replication slot that nobody reads holds back the write-ahead log.',
    source: 'database',
    metric: 'OldestReplicationSlotLag',
    statistic: 'Maximum',
    minutes: 5,
    periods: 3,
    comparison: GREATER_THAN_THRESHOLD,
    threshold: 10 * 1024 ** 3,
    reason: 'A Realtime that reads stays within megabytes; 10 GiB are a slot that a stopped project left.',
    missing: NOT_BREACHING,
  },
  {
    name: 'certificate-expiring',
    means: 'The wildcard certificate was not renewed.',
    source: 'certificate',
    metric: 'DaysToExpiry',
    statistic: 'Minimum',
    minutes: 1440,
    periods: 1,
    comparison: LESS_THAN_THRESHOLD,
    threshold: 30,
    reason: 'ACM renews 60 days before the end; at 30 it has tried in vain for a month.',
    missing: NOT_BREACHING,
  },
];
