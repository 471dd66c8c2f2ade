import type { TaskSet } from '@aws-sdk/client-ecs';
import { EcsCompute } from '../../functions/drivers/aws/compute.ts';
import { AuroraDatabases } from '../../functions/drivers/aws/databases.ts';
import { LogStreams } from '../../functions/drivers/aws/log-streams.ts';
import { resourceName } from '../../functions/drivers/aws/names.ts';
import { Registry } from '../../functions/drivers/aws/registry.ts';
import { SecretsManagerSecrets } from '../../functions/drivers/aws/secrets.ts';
import type { TaskContext } from '../../functions/drivers/aws/task-context.ts';
import { newSecret, newStack, random } from '../contracts/stack-fixture.ts';
import { CELL } from './aws-cell.ts';
import { awsError, type Script, scriptedAws } from './scripted-aws.ts';

export const stack = newStack();
export const NAME = resourceName(stack.ref);
export const DESCRIBE = 'ECS DescribeServices';
const login = { username: 'u', cluster_arn: 'c', dbname: 'd' };
export const place = { cluster: CELL.ecsClusterArn, service: NAME };

export const set = (more: TaskSet): TaskSet => ({
  taskSetArn: 'arn:set:1',
  externalId: '1',
  status: 'ACTIVE',
  stabilityStatus: 'STEADY_STATE',
  scale: { unit: 'PERCENT', value: 100 },
  computedDesiredCount: 1,
  runningCount: 1,
  pendingCount: 0,
  serviceRegistries: [{ registryArn: 'arn:registry' }],
  ...more,
});
export const service = (...taskSets: readonly TaskSet[]) => ({ services: [{ status: 'ACTIVE', taskSets }] });

/** The driver of ECS over a script for AWS. */
export function computeWith(script: Script) {
  const aws = scriptedAws({
    'SecretsManager GetSecretValue': {
      ARN: 'arn:secret',
      SecretString: JSON.stringify({ ...newSecret(stack), ...login }),
    },
    'ECS DescribeTaskDefinition': awsError('ClientException', 'Unable to describe task definition.'),
    'ECS RegisterTaskDefinition': { taskDefinition: { taskDefinitionArn: 'arn:definition' } },
    'ServiceDiscovery CreateService': { Service: { Arn: 'arn:registry' } },
    ...script,
  });
  const { clients } = aws;
  const contexts: TaskContext[] = [];
  const waits: number[] = [];
  const secrets = new SecretsManagerSecrets({
    cell: CELL,
    secretsManager: clients.secretsManager,
    serviceKeys: () => ({}),
  });
  const scripts = { of: () => [], statementsOf: () => [], passwords: () => new Map() };
  const compute = new EcsCompute({
    cell: CELL,
    ecs: clients.ecs,
    registry: new Registry(CELL, clients.serviceDiscovery),
    logs: new LogStreams(CELL, clients.logs),
    secrets,
    databases: new AuroraDatabases({ cell: CELL, clients, secrets, scripts, random, sleep: async () => {} }),
    describeTask: (_, context) => {
      contexts.push(context);
      return { family: context.family, containerDefinitions: [] };
    },
    sleep: (milliseconds) => Promise.resolve(void waits.push(milliseconds)),
  });
  return { aws, compute, contexts, waits };
}
