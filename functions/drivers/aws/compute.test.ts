import type { TaskSet } from '@aws-sdk/client-ecs';
import { describe, expect, it } from 'vitest';
import { withServices } from '../../../test/contracts/stack-fixture.ts';
import { CELL } from '../../../test/fakes/aws-cell.ts';
import { awsError } from '../../../test/fakes/scripted-aws.ts';
import {
  DESCRIBE,
  NAME,
  computeWith,
  place,
  service,
  set,
  stack,
} from '../../../test/fakes/scripted-compute.ts';
import { databaseName } from './names.ts';

describe('deploying', () => {
  it('makes a service that only this control plane deploys to, and a task set in private subnets', async () => {
    const { aws, compute } = computeWith({ [DESCRIBE]: { services: [] } });
    await compute.deploy(stack);
    expect(aws.inputs('ECS CreateService')).toEqual([
      {
        cluster: CELL.ecsClusterArn,
        serviceName: NAME,
        deploymentController: { type: 'EXTERNAL' },
        schedulingStrategy: 'REPLICA',
        desiredCount: 1,
        propagateTags: 'SERVICE',
        tags: [
          { key: 'baseplane:project', value: stack.ref },
          { key: 'baseplane:org', value: 'acme' },
          { key: 'baseplane:cell', value: 'euc1' },
        ],
        clientToken: expect.stringMatching(/^[\w-]{36}$/),
      },
    ]);
    expect(aws.inputs('ECS CreateTaskSet')).toMatchObject([
      {
        ...place,
        externalId: '1',
        taskDefinition: 'arn:definition',
        launchType: 'FARGATE',
        networkConfiguration: {
          awsvpcConfiguration: {
            subnets: ['subnet-1', 'subnet-2'],
            securityGroups: ['sg-project'],
            assignPublicIp: 'DISABLED',
          },
        },
        serviceRegistries: [{ registryArn: 'arn:registry' }],
        scale: { unit: 'PERCENT', value: 100 },
        clientToken: expect.stringMatching(/^[\w-]{36}$/),
      },
    ]);
  });

  it('tells the task where its database is, and whose role it has', async () => {
    const { compute, contexts } = computeWith({});
    await compute.prepare(stack);
    expect(contexts).toMatchObject([
      {
        family: NAME,
        url: `https://${stack.ref}.example.com`,
        database: {
          host: CELL.database.host,
          port: 5432,
          name: databaseName(stack.ref),
          roleSuffix: `_${databaseName(stack.ref)}`,
        },
        secretArn: 'arn:secret',
        taskRoleArn: `arn:aws:iam::123456789012:role/baseplane/euc1/${NAME}`,
        tags: { 'baseplane:project': stack.ref },
      },
    ]);
  });

  it('finds a cluster of the project’s own at its endpoint', async () => {
    const found = { DBClusters: [{ Endpoint: 'own.cluster.rds.amazonaws.com', Port: 5433 }] };
    const { compute, contexts } = computeWith({ 'RDS DescribeDBClusters': found });
    await compute.deploy({ ...stack, tier: 'dedicated' });
    const database = { host: 'own.cluster.rds.amazonaws.com', port: 5433, name: 'postgres', roleSuffix: '' };
    expect(contexts).toMatchObject([{ database }]);
  });

  it('adds nothing to a generation that runs, and wakes one that has no tasks', async () => {
    const running = computeWith({ [DESCRIBE]: service(set({})) });
    await running.compute.deploy(stack);
    expect(running.aws.calls.map(({ name }) => name)).toEqual([DESCRIBE]);
    const asleep = computeWith({ [DESCRIBE]: service(set({ scale: { unit: 'PERCENT', value: 0 } })) });
    await asleep.compute.deploy(stack);
    expect(asleep.aws.inputs('ECS UpdateTaskSet')).toEqual([
      { ...place, taskSet: 'arn:set:1', scale: { unit: 'PERCENT', value: 100 } },
    ]);
  });

  it('makes the next generation beside the one that serves, in the same registry', async () => {
    const { aws, compute } = computeWith({ [DESCRIBE]: service(set({ status: 'PRIMARY' })) });
    await compute.deploy({ ...stack, generation: 2 });
    expect(aws.inputs('ECS CreateService')).toEqual([]);
    expect(aws.inputs('ServiceDiscovery ListServices')).toEqual([]);
    expect(aws.inputs('ECS CreateTaskSet')).toMatchObject([
      { externalId: '2', serviceRegistries: [{ registryArn: 'arn:registry' }] },
    ]);
  });

  it('makes a generation anew whose tasks are being drained', async () => {
    const { aws, compute } = computeWith({ [DESCRIBE]: service(set({ status: 'DRAINING' })) });
    await compute.deploy(stack);
    expect(aws.inputs('ECS CreateTaskSet').length).toBe(1);
  });

  it.each([
    [
      'ECS CreateService',
      awsError('InvalidParameterException', 'Unable to Start a service that is still Draining.'),
    ],
    ['ECS CreateTaskSet', awsError('ServiceNotActiveException')],
  ])('waits where ECS still deletes the service of that name: %s', async (name, error) => {
    const { compute } = computeWith({ [DESCRIBE]: { services: [{ status: 'INACTIVE' }] }, [name]: error });
    await expect(compute.deploy(stack)).rejects.toMatchObject({ name: 'TransientError' });
  });

  it('asks nothing of AWS for a template that has only a database', async () => {
    const { aws, compute } = computeWith({});
    const bare = withServices(stack, ['db']);
    await compute.prepare(bare);
    await compute.deploy(bare);
    await compute.promote(bare);
    expect(aws.calls).toEqual([]);
  });
});

describe('the health of a generation', () => {
  const status = async (taskSet: TaskSet, events: readonly object[] = []) => {
    const { compute } = computeWith({ [DESCRIBE]: { services: [{ taskSets: [taskSet], events }] } });
    return compute.health(stack);
  };

  it.each([
    ['steady with all its tasks', set({}), 'ACTIVE_HEALTHY'],
    ['stabilizing', set({ stabilityStatus: 'STABILIZING', runningCount: 0 }), 'COMING_UP'],
    ['steady before a task was counted', set({ runningCount: 0 }), 'COMING_UP'],
    ['short of a task', set({ computedDesiredCount: 2 }), 'COMING_UP'],
  ])('that is %s', async (_, taskSet, expected) => {
    expect(await status(taskSet)).toEqual([
      { name: 'rest', status: expected },
      { name: 'auth', status: expected },
    ]);
  });

  it.each([
    set({ scale: { unit: 'PERCENT', value: 0 } }),
    set({ externalId: '2' }),
    set({ status: 'DRAINING' }),
  ])('is none where it does not run', async (taskSet) => {
    expect(await status(taskSet)).toEqual([]);
  });

  it('has what ECS complains of since it began, without the account’s resources', async () => {
    const createdAt = new Date(1000);
    const events = [
      { createdAt: new Date(3000), message: '(service x) has started 1 tasks.' },
      {
        createdAt: new Date(2000),
        message: 'unable to pull arn:aws:ecr:eu-central-1:123456789012:repository/x',
      },
      { createdAt: new Date(500), message: 'unable to do something earlier' },
    ];
    const taskSet = set({ stabilityStatus: 'STABILIZING', runningCount: 0, createdAt });
    expect(await status(taskSet, events)).toMatchObject([{ error: 'unable to pull …' }, {}]);
  });

  it('names the quota of Fargate that is used up, and how it is raised', async () => {
    const message = `(service ${NAME}) was unable to place a task. Reason: You've reached the limit on the number of vCPUs you can run concurrently.`;
    const taskSet = set({ stabilityStatus: 'STABILIZING', runningCount: 0 });
    const quota = 'Fargate On-Demand vCPU resource count';
    expect(await status(taskSet, [{ createdAt: new Date(1000), message }])).toMatchObject([
      {
        error: expect.stringMatching(
          new RegExp(`quota "${quota}" of AWS Fargate.*Service Quotas, AWS Fargate`),
        ),
      },
      {},
    ]);
  });
});

describe('taking over', () => {
  it('makes the generation the primary one, once', async () => {
    const { aws, compute } = computeWith({ [DESCRIBE]: service(set({ status: 'PRIMARY' }), second()) });
    await compute.promote({ ...stack, generation: 2 });
    await compute.promote(stack);
    expect(aws.inputs('ECS UpdateServicePrimaryTaskSet')).toEqual([
      { ...place, primaryTaskSet: 'arn:set:2' },
    ]);
  });

  it('is not for a generation that does not run', async () => {
    const { compute } = computeWith({ [DESCRIBE]: service(second()) });
    await expect(compute.promote(stack)).rejects.toMatchObject({ name: 'TransientError' });
  });

  it('retires all others, and of two that overlapping steps made the younger one', async () => {
    const younger = set({ taskSetArn: 'arn:set:3', externalId: '2', createdAt: new Date(2000) });
    const { aws, compute } = computeWith({ [DESCRIBE]: service(set({}), younger, second()) });
    await compute.retireOthers({ ...stack, generation: 2 });
    expect(aws.inputs('ECS DeleteTaskSet')).toEqual([
      { ...place, taskSet: 'arn:set:1', force: true },
      { ...place, taskSet: 'arn:set:3', force: true },
    ]);
  });

  const second = () => set({ taskSetArn: 'arn:set:2', externalId: '2', createdAt: new Date(1000) });
});

describe('ending', () => {
  it('scales every generation to nothing and waits until no task runs', async () => {
    const ended = set({ runningCount: 0, scale: { unit: 'PERCENT', value: 0 } });
    const { aws, compute, waits } = computeWith({
      [DESCRIBE]: [service(set({})), service(set({})), service(ended)],
    });
    await compute.stop(stack);
    expect(aws.inputs('ECS UpdateTaskSet')).toEqual([
      { ...place, taskSet: 'arn:set:1', scale: { unit: 'PERCENT', value: 0 } },
    ]);
    expect(waits.length).toBe(1);
  });

  it('gives its place back when tasks take their time', async () => {
    const { compute } = computeWith({ [DESCRIBE]: service(set({ status: 'DRAINING' })) });
    await expect(compute.stop(stack)).rejects.toMatchObject({ name: 'TransientError' });
  });

  it('deletes task sets, service, definitions, registry entry and logs', async () => {
    const { aws, compute } = computeWith({
      [DESCRIBE]: service(set({})),
      'ServiceDiscovery ListServices': { Services: [{ Id: 'srv-1', Name: stack.ref }] },
      'CloudWatchLogs DescribeLogStreams': [{ logStreams: [{ logStreamName: `${stack.ref}/light/1` }] }, {}],
    });
    await compute.delete(stack);
    expect(aws.inputs('ECS DeleteTaskSet')).toEqual([{ ...place, taskSet: 'arn:set:1', force: true }]);
    expect(aws.inputs('ECS DeleteService')).toEqual([{ ...place, force: true }]);
    expect(aws.inputs('ServiceDiscovery DeleteService')).toEqual([{ Id: 'srv-1' }]);
    const logGroupName = CELL.projectLogGroup;
    expect(aws.inputs('CloudWatchLogs DescribeLogStreams')[0]).toEqual({
      logGroupName,
      logStreamNamePrefix: `${stack.ref}/`,
    });
    expect(aws.inputs('CloudWatchLogs DeleteLogStream')).toEqual([
      { logGroupName, logStreamName: `${stack.ref}/light/1` },
    ]);
  });

  it('waits while ECS says that the service still has tasks', async () => {
    const error = awsError('InvalidParameterException', 'The service cannot be stopped while …');
    const { compute } = computeWith({ [DESCRIBE]: service(), 'ECS DeleteService': error });
    await expect(compute.delete(stack)).rejects.toMatchObject({ name: 'TransientError' });
  });
});
