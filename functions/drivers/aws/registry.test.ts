import { ServiceAlreadyExists } from '@aws-sdk/client-servicediscovery';
import { expect, it } from 'vitest';
import { CELL } from '../../../test/fakes/aws-cell.ts';
import { newStack } from '../../../test/contracts/stack-fixture.ts';
import { awsError, type Script, scriptedAws } from '../../../test/fakes/scripted-aws.ts';
import { Registry } from './registry.ts';

const stack = newStack();
const LIST = 'ServiceDiscovery ListServices';
const CREATE = 'ServiceDiscovery CreateService';
const own = { Id: 'srv-1', Arn: 'arn:1', Name: stack.ref };

function registryWith(script: Script) {
  const aws = scriptedAws(script);
  return { aws, registry: new Registry(CELL, aws.clients.serviceDiscovery) };
}

it('makes an entry of plain addresses in the cell’s namespace, whose health ECS reports', async () => {
  const { aws, registry } = registryWith({ [LIST]: {}, [CREATE]: { Service: own } });
  expect(await registry.ensure(stack, 'project')).toBe('arn:1');
  expect(aws.inputs(CREATE)).toMatchObject([
    {
      Name: stack.ref,
      NamespaceId: 'ns-1',
      CreatorRequestId: stack.ref,
      DnsConfig: { RoutingPolicy: 'MULTIVALUE', DnsRecords: [{ Type: 'A', TTL: 5 }] },
      HealthCheckCustomConfig: {},
      Tags: [{ Key: 'baseplane:project', Value: stack.ref }, {}, {}],
    },
  ]);
});

it('finds the one that is there, on whatever page, and the one that another call has just made', async () => {
  const others = {
    Services: [{ Id: 'srv-2', Arn: 'arn:2', Name: 'zzzzzzzzzzzzzzzzzzzz' }],
    NextToken: 'more',
  };
  const listed = registryWith({ [LIST]: [others, { Services: [own] }] });
  expect(await listed.registry.ensure(stack, 'project')).toBe('arn:1');
  expect(listed.aws.inputs(CREATE)).toEqual([]);
  const raced = new ServiceAlreadyExists({ ServiceArn: 'arn:1', message: 'exists', $metadata: {} });
  expect(await registryWith({ [LIST]: {}, [CREATE]: raced }).registry.ensure(stack, 'project')).toBe('arn:1');
});

it('deletes the project’s own, and waits while tasks are registered', async () => {
  const { aws, registry } = registryWith({ [LIST]: { Services: [own] } });
  await registry.delete(stack.ref);
  expect(aws.inputs('ServiceDiscovery DeleteService')).toEqual([{ Id: 'srv-1' }]);
  const used = { [LIST]: { Services: [own] }, 'ServiceDiscovery DeleteService': awsError('ResourceInUse') };
  await expect(registryWith(used).registry.delete(stack.ref)).rejects.toMatchObject({
    name: 'TransientError',
  });
});
