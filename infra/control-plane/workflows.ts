import { DOCUMENTS } from '../../functions/workflows/documents.ts';
import { type Names, byWorkflow } from './plan/names.ts';
import type { Settings } from './plan/settings.ts';

/** Five state machines whose definitions are the documents that the tests run, byte for byte. */
export function makeWorkflows({ production }: Settings, names: Names, stepFunctionArn: $util.Input<string>) {
  const logs = new aws.cloudwatch.LogGroup('WorkflowLogs', {
    // Step Functions writes to groups of this prefix without a resource policy for each.
    name: `/aws/vendedlogs/states/baseplane-${$app.stage}`,
    retentionInDays: production ? 90 : 30,
  });
  const role = roleOf(stepFunctionArn);
  return byWorkflow(
    (workflow) =>
      new aws.sfn.StateMachine(`Workflow${workflow.charAt(0).toUpperCase()}${workflow.slice(1)}`, {
        name: names.stateMachines[workflow],
        definition: JSON.stringify(DOCUMENTS[workflow]),
        roleArn: role.arn,
        type: 'STANDARD',
        loggingConfiguration: {
          level: 'ERROR',
          includeExecutionData: false,
          logDestination: $interpolate`${logs.arn}:*`,
        },
        tracingConfiguration: { enabled: true },
      }),
  );
}

function roleOf(stepFunctionArn: $util.Input<string>): aws.iam.Role {
  const account = aws.getCallerIdentityOutput().accountId;
  return new aws.iam.Role('WorkflowRole', {
    assumeRolePolicy: $jsonStringify({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Service: 'states.amazonaws.com' },
          Action: 'sts:AssumeRole',
          Condition: { StringEquals: { 'aws:SourceAccount': account } },
        },
      ],
    }),
    inlinePolicies: [
      {
        name: 'inline',
        policy: $jsonStringify({
          Version: '2012-10-17',
          Statement: [
            { Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: stepFunctionArn },
            { Effect: 'Allow', Action: TELEMETRY, Resource: '*' },
          ],
        }),
      },
    ],
  });
}

/** What Step Functions itself needs to log and to trace; neither service takes a narrower resource for it. */
const TELEMETRY = [
  'logs:CreateLogDelivery',
  'logs:DeleteLogDelivery',
  'logs:DescribeLogGroups',
  'logs:DescribeResourcePolicies',
  'logs:GetLogDelivery',
  'logs:ListLogDeliveries',
  'logs:PutResourcePolicy',
  'logs:UpdateLogDelivery',
  'xray:GetSamplingRules',
  'xray:GetSamplingTargets',
  'xray:PutTelemetryRecords',
  'xray:PutTraceSegments',
];
