import { expect, it } from 'vitest';
import { awsError, scriptedAws } from '../../../test/fakes/scripted-aws.ts';
import type { JsonObject } from '../../core/kernel/json.ts';
import { executionIdSchema, projectRefSchema } from '../../core/kernel/ids.ts';
import { StepFunctionsWorkflows } from './workflows.ts';

const INPUT = {
  ref: projectRefSchema.parse('abcdefghijklmnopqrst'),
  execution: executionIdSchema.parse('0mwp9iavw-abcdefghij'),
};
const arns = {
  provision: 'arn:1',
  pause: 'arn:2',
  resume: 'arn:3',
  redeploy: 'arn:4',
  remove: 'arn:5',
  recover: 'arn:6',
  carry: 'arn:7',
};
const NAME = 'SFN StartExecution';

function started(answer: Parameters<typeof scriptedAws>[0][string]) {
  const aws = scriptedAws({ [NAME]: answer });
  const logged: JsonObject[] = [];
  const log = { info: (message: string, fields?: JsonObject) => void logged.push({ message, ...fields }) };
  const machines = { arns, stepFunction: 'arn:step' };
  return { aws, logged, workflows: new StepFunctionsWorkflows(aws.clients.sfn, machines, log) };
}

it('starts the workflow’s state machine under the execution’s id', async () => {
  const { aws, logged, workflows } = started({});
  await workflows.start('resume', INPUT);
  expect(aws.inputs(NAME)).toEqual([
    {
      stateMachineArn: 'arn:3',
      name: INPUT.execution,
      input: JSON.stringify({ ...INPUT, step_function: 'arn:step' }),
    },
  ]);
  const { ref: project, execution: execution_id } = INPUT;
  expect(logged).toEqual([{ message: 'execution started', workflow: 'resume', project, execution_id }]);
});

it('drives an execution that has ended again, under a name that Step Functions takes', async () => {
  const ended = awsError('ExecutionAlreadyExists');
  const { aws, workflows } = started([ended, ended, {}]);
  await workflows.start('remove', INPUT);
  const names = aws.inputs(NAME).map((input) => ('name' in input ? input.name : undefined));
  expect(names).toEqual([INPUT.execution, `${INPUT.execution}-2`, `${INPUT.execution}-3`]);
  expect(String(names.at(-1)).length).toBeLessThanOrEqual(80);
});

it('gives up at some time, and at once on any other error', async () => {
  await expect(
    started(awsError('ExecutionAlreadyExists')).workflows.start('pause', INPUT),
  ).rejects.toMatchObject({
    name: 'TransientError',
  });
  const { aws, workflows } = started(awsError('StateMachineDoesNotExist'));
  await expect(workflows.start('pause', INPUT)).rejects.toThrow('StateMachineDoesNotExist');
  expect(aws.calls.length).toBe(1);
});
