import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SFNClient } from '@aws-sdk/client-sfn';
import type { ProjectPorts } from '../core/project/ports.ts';
import { ProjectStore } from '../core/project/project-store.ts';
import { inRegion } from '../drivers/aws/clients.ts';
import { translating } from '../drivers/aws/errors.ts';
import { StepFunctionsWorkflows } from '../drivers/aws/workflows.ts';
import { createDynamoTable } from '../drivers/dynamodb/table.ts';
import type { AwsConfig } from './config-aws.ts';
import { jsonLog, systemClock, systemRandom } from './system.ts';

type TransitionPorts = Pick<ProjectPorts, 'projects' | 'workflows' | 'clock' | 'random' | 'log'>;

/** What it takes to put a project into transition: its record, and the workflow that does the rest. */
export function composeAwsTransitions({
  home,
  table: tableName,
  stateMachines,
  stepFunction,
}: AwsConfig): TransitionPorts {
  const clock = systemClock;
  const table = createDynamoTable({ client: new DynamoDBClient({ region: home }), tableName, clock });
  const sfn = translating(new SFNClient(inRegion(home)));
  return {
    projects: new ProjectStore(table),
    workflows: new StepFunctionsWorkflows(sfn, { arns: stateMachines, stepFunction }),
    clock,
    random: systemRandom,
    log: jsonLog((line) => process.stdout.write(line), clock),
  };
}
