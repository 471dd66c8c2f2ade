import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sns from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { GATEWAY_ALARMS, type GatewayAlarmSource } from './alarm-table.ts';

interface Source {
  readonly namespace: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** The alarms of the gateway; the cell's own topic tells of them. */
export function makeGatewayAlarms(
  scope: Construct,
  options: {
    readonly cell: string;
    readonly topicArn: string;
    readonly log: logs.ILogGroup;
    readonly sources: Readonly<Record<Exclude<GatewayAlarmSource, 'log'>, Source>>;
  },
): void {
  const { cell, log } = options;
  const namespace = `Baseplane/${cell}`;
  new logs.MetricFilter(scope, 'Errors', {
    logGroup: log,
    metricNamespace: namespace,
    metricName: 'PostgresGatewayErrors',
    filterPattern: logs.FilterPattern.stringValue('$.level', '=', 'error'),
    metricValue: '1',
  });
  const action = new SnsAction(sns.Topic.fromTopicArn(scope, 'Topic', options.topicArn));
  const sources = { ...options.sources, log: { namespace, dimensions: {} } };
  for (const row of GATEWAY_ALARMS) {
    const source = sources[row.source];
    new cloudwatch.Alarm(scope, row.name, {
      alarmName: `baseplane-${cell}-${row.name}`,
      alarmDescription: `${row.means} ${row.reason} See docs/runbook.md#${row.name}`,
      metric: new cloudwatch.Metric({
        namespace: source.namespace,
        metricName: row.metric,
        dimensionsMap: source.dimensions,
        statistic: row.statistic,
        period: Duration.minutes(row.minutes),
      }),
      threshold: row.threshold,
      evaluationPeriods: row.periods,
      comparisonOperator: row.comparison,
      treatMissingData: row.missing,
    }).addAlarmAction(action);
  }
}
