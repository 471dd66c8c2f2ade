import { Duration, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { alarmsOf } from './alarm-table.ts';
import type { AlarmSource } from './alarm-table.ts';
import { stagePolicy } from './settings.ts';
import type { CellSettings } from './settings.ts';

/** Where each source's metrics come from: their namespace, and which of its resources is the cell's. */
export type AlarmSources = Readonly<
  Record<AlarmSource, { readonly namespace: string; readonly dimensions: Readonly<Record<string, string>> }>
>;

/** Requests that were to wake a project and got no answer from the wake route. */
const WAKE_FAILURES = 'WakeFailures';

export class Alarms extends Construct {
  readonly topic: sns.Topic;

  constructor(
    scope: Construct,
    id: string,
    options: {
      readonly settings: CellSettings;
      readonly sources: Omit<AlarmSources, 'log'>;
      readonly edgeLog: logs.LogGroup;
      readonly key: IKey;
    },
  ) {
    super(scope, id);
    const { cell } = options.settings;
    this.topic = new sns.Topic(this, 'Topic', {
      masterKey: options.key,
      enforceSSL: true,
    });
    const fromAlarms = {
      principals: [new iam.ServicePrincipal('cloudwatch.amazonaws.com')],
      conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
    };
    this.topic.addToResourcePolicy(
      new iam.PolicyStatement({ ...fromAlarms, actions: ['sns:Publish'], resources: [this.topic.topicArn] }),
    );
    options.key.addToResourcePolicy(
      new iam.PolicyStatement({
        ...fromAlarms,
        actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
        resources: ['*'],
      }),
    );
    const action = new SnsAction(this.topic);

    const namespace = `Baseplane/${cell}`;
    options.edgeLog.addMetricFilter('WakeFailures', {
      metricNamespace: namespace,
      metricName: WAKE_FAILURES,
      filterPattern: logs.FilterPattern.stringValue('$.outcome', '=', 'asleep'),
      metricValue: '1',
    });
    const sources: AlarmSources = { ...options.sources, log: { namespace, dimensions: {} } };

    for (const row of alarmsOf(stagePolicy(options.settings.stage))) {
      const { namespace, dimensions } = sources[row.source];
      new cloudwatch.Alarm(this, row.name, {
        alarmName: `baseplane-${cell}-${row.name}`,
        alarmDescription: `${row.means} ${row.reason} See docs/runbook.md#${row.name}`,
        metric: new cloudwatch.Metric({
          namespace,
          metricName: row.metric,
          dimensionsMap: dimensions,
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
}
