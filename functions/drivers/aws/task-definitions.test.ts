import { expect, it } from 'vitest';
import { z } from 'zod';
import { newStack } from '../../../test/contracts/stack-fixture.ts';
import { awsError, type Script, scriptedAws } from '../../../test/fakes/scripted-aws.ts';
import { resourceName } from './names.ts';
import { TaskDefinitions } from './task-definitions.ts';

const DESCRIBE = 'ECS DescribeTaskDefinition';
const REGISTER = 'ECS RegisterTaskDefinition';
const none = awsError('ClientException', 'Unable to describe task definition.');
const wanted = {
  family: 'baseplane-x',
  containerDefinitions: [],
  tags: [{ key: 'baseplane:org', value: 'acme' }],
};
const registered = { taskDefinition: { taskDefinitionArn: 'arn:1' } };
const tagged = z.object({ tags: z.array(z.object({ key: z.string(), value: z.string() })) });

function definitionsWith(script: Script) {
  const aws = scriptedAws(script);
  return { aws, definitions: new TaskDefinitions(aws.clients.ecs) };
}

it('registers a revision only where the newest one runs something else', async () => {
  const first = definitionsWith({ [DESCRIBE]: none, [REGISTER]: registered });
  expect(await first.definitions.ensure(wanted)).toBe('arn:1');
  const { tags } = tagged.parse(first.aws.inputs(REGISTER)[0]);
  expect(tags).toEqual([
    ...wanted.tags,
    { key: 'baseplane:digest', value: expect.stringMatching(/^[0-9a-f]{64}$/) },
  ]);

  const again = definitionsWith({ [DESCRIBE]: { ...registered, tags } });
  expect(await again.definitions.ensure(wanted)).toBe('arn:1');
  expect(again.aws.inputs(REGISTER)).toEqual([]);

  const changed = definitionsWith({ [DESCRIBE]: { ...registered, tags }, [REGISTER]: registered });
  await changed.definitions.ensure({ ...wanted, cpu: '512' });
  expect(changed.aws.inputs(REGISTER).length).toBe(1);
});

it('waits for another call that registers a revision of the family', async () => {
  const busy = 'Too many concurrent attempts to create a new revision of the specified family.';
  const { definitions } = definitionsWith({
    [DESCRIBE]: none,
    [REGISTER]: awsError('ClientException', busy),
  });
  await expect(definitions.ensure(wanted)).rejects.toMatchObject({ name: 'TransientError' });
});

it('deregisters and deletes every revision, ten at a time', async () => {
  const arns = Array.from({ length: 12 }, (_, index) => `arn:${index}`);
  const { ref } = newStack();
  const { aws, definitions } = definitionsWith({
    'ECS ListTaskDefinitions': (input) =>
      'status' in input && input.status === 'ACTIVE'
        ? { taskDefinitionArns: ['arn:0'] }
        : { taskDefinitionArns: arns },
  });
  await definitions.delete(resourceName(ref));
  expect(aws.inputs('ECS ListTaskDefinitions')).toMatchObject([
    { familyPrefix: `baseplane-${ref}`, status: 'ACTIVE' },
    { familyPrefix: `baseplane-${ref}`, status: 'INACTIVE' },
  ]);
  expect(aws.inputs('ECS DeregisterTaskDefinition')).toEqual([{ taskDefinition: 'arn:0' }]);
  expect(aws.inputs('ECS DeleteTaskDefinitions')).toEqual([
    { taskDefinitions: arns.slice(0, 10) },
    { taskDefinitions: arns.slice(10) },
  ]);
});
