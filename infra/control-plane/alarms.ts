import { jobsOf } from '../../functions/contract/jobs.ts';
import { ALARMS, type AlarmSource } from './plan/alarm-table.ts';
import { FUNCTION_NAMES, type FunctionName, JOB_FUNCTIONS } from './plan/entries.ts';
import type { Functions } from './functions.ts';
import type { Names } from './plan/names.ts';
import type { Settings } from './plan/settings.ts';

interface Source {
  readonly namespace: string;
  /** One set for each thing that the metric is of; their values are added up. */
  readonly dimensions: readonly Record<string, $util.Input<string>>[];
}

const JOBS = jobsOf('aws')
  .map(({ name }) => JOB_FUNCTIONS[name])
  .filter((name) => name !== undefined);

/** Those that answer somebody. The step function fails by design while it waits. */
const ANSWERING: readonly FunctionName[] = ['api', 'wake', 'billing', 'metrics', ...JOBS];

/** One topic, and one alarm per row of the table. */
export function makeAlarms(
  settings: Settings,
  names: Names,
  functions: Functions,
  table: sst.aws.Dynamo,
  stateMachineArns: readonly $util.Input<string>[],
): aws.sns.Topic {
  const topic = new aws.sns.Topic('Alarms', { name: `baseplane-${settings.stage}-alarms` });
  if (settings.alarmEmail !== undefined) {
    new aws.sns.TopicSubscription('AlarmMail', {
      topic: topic.arn,
      protocol: 'email',
      endpoint: settings.alarmEmail,
    });
  }
  const own = `Baseplane/${settings.stage}`;
  for (const name of ANSWERING) countErrors(name, functions, own);
  for (const name of JOBS) countRuns(name, functions, own);
  const ofFunctions = (chosen: readonly FunctionName[]) =>
    chosen.map((name) => ({ FunctionName: names.functions[name] }));
  const sources: Readonly<Record<AlarmSource, Source>> = {
    logs: { namespace: own, dimensions: [{}] },
    stateMachines: {
      namespace: 'AWS/States',
      dimensions: stateMachineArns.map((arn) => ({ StateMachineArn: arn })),
    },
    answering: { namespace: 'AWS/Lambda', dimensions: ofFunctions(ANSWERING) },
    functions: { namespace: 'AWS/Lambda', dimensions: ofFunctions(FUNCTION_NAMES) },
    table: {
      namespace: 'AWS/DynamoDB',
      dimensions: ['GetItem', 'Query', 'TransactWriteItems'].map((Operation) => ({
        TableName: table.name,
        Operation,
      })),
    },
    schedules: { namespace: 'AWS/Scheduler', dimensions: [{ ScheduleGroup: 'default' }] },
    jobs: { namespace: own, dimensions: [{}] },
  };
  for (const row of ALARMS) {
    const { namespace, dimensions } = sources[row.source];
    const ofJob = row.job === undefined ? {} : { Job: row.job };
    new aws.cloudwatch.MetricAlarm(`Alarm-${row.name}`, {
      name: `baseplane-${settings.stage}-${row.name}`,
      alarmDescription: `${row.means} ${row.reason} See docs/runbook.md#${row.name}`,
      comparisonOperator: row.below === undefined ? 'GreaterThanThreshold' : 'LessThanThreshold',
      threshold: row.below ?? row.above,
      evaluationPeriods: row.periods,
      treatMissingData: row.below === undefined ? 'notBreaching' : 'breaching',
      alarmActions: [topic.arn],
      metricQueries: [
        { id: 'sum', expression: 'SUM(METRICS())', label: row.name, returnData: true },
        ...dimensions.map((each, index) => ({
          id: `m${index}`,
          metric: {
            namespace,
            metricName: row.metric,
            dimensions: { ...each, ...ofJob },
            stat: row.statistic,
            period: row.minutes * 60,
          },
        })),
      ],
    });
  }
  return topic;
}

/** The functions write a line of JSON for each thing that went wrong. */
function countErrors(name: FunctionName, functions: Functions, namespace: string): void {
  new aws.cloudwatch.LogMetricFilter(`Errors-${name}`, {
    name: 'errors',
    logGroupName: functions[name].nodes.logGroup.apply((group) => group?.name ?? $util.output('')),
    pattern: '{ $.level = "error" }',
    metricTransformation: { namespace, name: 'Errors', value: '1' },
  });
}

/** And one for each run of a job that succeeded. */
function countRuns(name: FunctionName, functions: Functions, namespace: string): void {
  const metrics = { JobsDone: '1', JobLag: '$.lag_ms' };
  for (const [metric, value] of Object.entries(metrics)) {
    new aws.cloudwatch.LogMetricFilter(`${metric}-${name}`, {
      name: metric,
      logGroupName: functions[name].nodes.logGroup.apply((group) => group?.name ?? $util.output('')),
      pattern: '{ $.message = "job done" }',
      metricTransformation: { namespace, name: metric, value, dimensions: { Job: '$.job' } },
    });
  }
}
