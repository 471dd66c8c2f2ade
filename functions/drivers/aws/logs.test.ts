import { expect, it } from 'vitest';
import { newStack } from '../../../test/contracts/stack-fixture.ts';
import { CELL } from '../../../test/fakes/aws-cell.ts';
import { scriptedAws } from '../../../test/fakes/scripted-aws.ts';
import { CloudWatchLogs } from './logs.ts';

const { ref } = newStack();
const RANGE = { from: new Date(1000), to: new Date(5000) };

it('reads every page of the project’s streams, and of each line what it says', async () => {
  const line = { time: 'x', level: 'warn', service: 'auth', message: 'slow', status: 200, nested: {} };
  const aws = scriptedAws({
    'CloudWatchLogs FilterLogEvents': [
      {
        events: [{ timestamp: 3000, logStreamName: `${ref}/light/1`, message: JSON.stringify(line) }],
        nextToken: 'more',
      },
      { events: [{ timestamp: 2000, logStreamName: `${ref}/kong/1`, message: 'plain {' }] },
    ],
  });
  expect(await new CloudWatchLogs(CELL, aws.clients.logs).read(ref, RANGE)).toEqual([
    { time: '1970-01-01T00:00:02.000Z', source: 'kong', level: 'info', message: 'plain {', fields: {} },
    {
      time: '1970-01-01T00:00:03.000Z',
      source: 'light',
      level: 'warn',
      message: 'slow',
      fields: { time: 'x', service: 'auth', status: 200 },
    },
  ]);
  const asked = {
    logGroupName: CELL.projectLogGroup,
    logStreamNamePrefix: `${ref}/`,
    startTime: 1000,
    endTime: 4999,
  };
  expect(aws.inputs('CloudWatchLogs FilterLogEvents')).toMatchObject([
    { ...asked, nextToken: undefined },
    { ...asked, nextToken: 'more' },
  ]);
});
