import type { TaskSet } from '@aws-sdk/client-ecs';
import { describe, expect, it } from 'vitest';
import { DESCRIBE, NAME, computeWith, service, set, stack } from '../../../test/fakes/scripted-compute.ts';

describe('the tools', () => {
  const TOOLS = `${NAME}-tools`;
  const withTools = { ...stack, tools: true, generation: 2 };
  const both = (...taskSets: readonly TaskSet[]) => ({
    services: [
      { serviceName: NAME, status: 'ACTIVE', taskSets: [set({ externalId: '2' })] },
      { serviceName: TOOLS, status: 'ACTIVE', taskSets },
    ],
  });

  it('are a service beside the project’s, in its security group and in their own', async () => {
    const { aws, compute, contexts } = computeWith({ [DESCRIBE]: service(set({ externalId: '2' })) });
    await compute.deploy(withTools);
    expect(aws.inputs(DESCRIBE)).toMatchObject([{ services: [NAME, TOOLS] }]);
    expect(aws.inputs('ECS CreateService')).toMatchObject([
      {
        serviceName: TOOLS,
        deploymentController: { type: 'EXTERNAL' },
        tags: [{ value: stack.ref }, {}, {}],
      },
    ]);
    expect(contexts).toMatchObject([{ part: 'tools', family: TOOLS, secretArn: 'arn:secret' }]);
    expect(aws.inputs('ServiceDiscovery CreateService')).toMatchObject([{ Name: `${stack.ref}-tools` }]);
    const securityGroups = ['sg-project', 'sg-tools'];
    expect(aws.inputs('ECS CreateTaskSet')).toMatchObject([
      { service: TOOLS, externalId: '2', networkConfiguration: { awsvpcConfiguration: { securityGroups } } },
    ]);
  });

  it('are found by the project’s gateway under a name of the cell', async () => {
    const { compute, contexts } = computeWith({});
    await compute.prepare(stack);
    expect(contexts).toMatchObject([{ part: 'project', toolsHost: `${stack.ref}-tools.euc1.internal` }]);
  });

  it('have a health of their own', async () => {
    const coming = computeWith({ [DESCRIBE]: both(set({ externalId: '2', runningCount: 0 })) });
    expect(await coming.compute.health(withTools)).toMatchObject([
      { name: 'rest', status: 'ACTIVE_HEALTHY' },
      { name: 'auth', status: 'ACTIVE_HEALTHY' },
      { name: 'tools', status: 'COMING_UP' },
    ]);
    expect((await coming.compute.health({ ...withTools, tools: false })).length).toBe(2);
    expect((await computeWith({ [DESCRIBE]: both() }).compute.health(withTools)).length).toBe(2);
  });

  it('are stopped with the project', async () => {
    const asleep = { scale: { unit: 'PERCENT', value: 0 }, runningCount: 0 } as const;
    const ended = {
      services: both(set(asleep)).services.map((each) => ({ ...each, taskSets: [set(asleep)] })),
    };
    const { aws, compute } = computeWith({ [DESCRIBE]: [both(set({})), ended] });
    await compute.stop(stack);
    expect(aws.inputs('ECS UpdateTaskSet')).toMatchObject([{ service: NAME }, { service: TOOLS }]);
  });

  it('are taken away with all that is theirs when a stack without them takes over, the service last', async () => {
    const { aws, compute } = computeWith({
      [DESCRIBE]: both(set({ taskSetArn: 'arn:tools' })),
      'ECS ListTaskDefinitions': { taskDefinitionArns: ['arn:definition'] },
      'ServiceDiscovery ListServices': {
        Services: [
          { Id: 'srv-1', Name: stack.ref },
          { Id: 'srv-2', Name: `${stack.ref}-tools` },
        ],
      },
    });
    await compute.retireOthers({ ...stack, generation: 2 });
    expect(aws.inputs('ECS DeleteTaskSet')).toMatchObject([{ service: TOOLS, taskSet: 'arn:tools' }]);
    expect(aws.inputs('ServiceDiscovery DeleteService')).toEqual([{ Id: 'srv-2' }]);
    expect(aws.inputs('ECS ListTaskDefinitions')).toMatchObject([
      { familyPrefix: TOOLS },
      { familyPrefix: TOOLS },
    ]);
    expect(aws.calls.at(-1)).toMatchObject({ name: 'ECS DeleteService', input: { service: TOOLS } });
  });
});
