import { ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';

const { GREATER_THAN_THRESHOLD, LESS_THAN_THRESHOLD } = ComparisonOperator;
const { NOT_BREACHING, BREACHING } = TreatMissingData;

/** What a person has to look at of the Postgres gateway. The name is also its anchor in docs/runbook.md. */
export const GATEWAY_ALARMS = [
  {
    name: 'postgres-gateway-down',
    means:
      'No task of the Postgres gateway takes connections: no database of the cell is reached from outside.',
    source: 'targets',
    metric: 'HealthyHostCount',
    statistic: 'Minimum',
    minutes: 1,
    periods: 3,
    comparison: LESS_THAN_THRESHOLD,
    threshold: 1,
    reason: 'Three minutes: a task that was replaced takes connections again after one.',
    missing: BREACHING,
  },
  {
    name: 'postgres-gateway-saturated',
    means: 'The gateway’s tasks are busy although it has scaled out.',
    source: 'service',
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
    name: 'postgres-gateway-errors',
    means: 'The gateway cannot ask the control plane about connections, or tell it of passwords.',
    source: 'log',
    metric: 'PostgresGatewayErrors',
    statistic: 'Sum',
    minutes: 5,
    periods: 2,
    comparison: GREATER_THAN_THRESHOLD,
    threshold: 5,
    reason: 'Each connection asks once: a passing fault of the API counts a few times, an outage goes on.',
    missing: NOT_BREACHING,
  },
] as const;

export type GatewayAlarmSource = (typeof GATEWAY_ALARMS)[number]['source'];
