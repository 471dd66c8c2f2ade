import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { expect, it } from 'vitest';
import { newStack } from '../../../test/contracts/stack-fixture.ts';
import { CloudWatchClusterMetrics } from './cluster-metrics.ts';
import { resourceName } from './names.ts';

const RANGE = { from: new Date('2026-01-31T05:00:00Z'), to: new Date('2026-01-31T06:00:00Z') };

/** Sends nothing, and gives these answers one after the other. */
function scripted(answers: readonly object[]) {
  const asked: object[] = [];
  const client = new CloudWatchClient({});
  client.middlewareStack.add(
    () =>
      async ({ input }) => {
        asked.push(input);
        return { output: { $metadata: {}, ...answers[asked.length - 1] }, response: {} };
      },
    { step: 'serialize', priority: 'high', name: 'scripted' },
  );
  return { client, asked };
}

it('adds up what each cluster had in each minute, over all pages; one that nobody saw is absent', async () => {
  const refs = [newStack().ref, newStack().ref, newStack().ref];
  const { client, asked } = scripted([
    {
      MetricDataResults: [
        { Id: 'm0', Values: [0.5, 1.5] },
        { Id: 'm1', Values: [] },
      ],
      NextToken: 'more',
    },
    {
      MetricDataResults: [
        { Id: 'm0', Values: [2] },
        { Id: 'm2', Values: [0.505] },
      ],
    },
  ]);
  const found = await new CloudWatchClusterMetrics(client).capacity(refs, RANGE);
  expect([...found]).toEqual([
    [refs[0], 240],
    [refs[2], 30],
  ]);
  const [first] = refs;
  expect(asked).toMatchObject([
    {
      StartTime: RANGE.from,
      EndTime: RANGE.to,
      NextToken: undefined,
      MetricDataQueries: [
        {
          Id: 'm0',
          MetricStat: {
            Metric: {
              Namespace: 'AWS/RDS',
              MetricName: 'ServerlessDatabaseCapacity',
              Dimensions: [{ Name: 'DBClusterIdentifier', Value: first && resourceName(first) }],
            },
            Period: 60,
            Stat: 'Average',
          },
        },
        { Id: 'm1' },
        { Id: 'm2' },
      ],
    },
    { NextToken: 'more' },
  ]);
});

it('asks for 500 clusters at once, and for none not at all', async () => {
  const { client, asked } = scripted([
    { MetricDataResults: [{ Id: 'm0', Values: [1] }] },
    { MetricDataResults: [{ Id: 'm0', Values: [2] }] },
  ]);
  const metrics = new CloudWatchClusterMetrics(client);
  const refs = Array.from({ length: 501 }, () => newStack().ref);
  expect([...(await metrics.capacity(refs, RANGE))]).toEqual([
    [refs[0], 60],
    [refs[500], 120],
  ]);
  expect(asked).toMatchObject([{ MetricDataQueries: { length: 500 } }, { MetricDataQueries: { length: 1 } }]);
  expect([...(await metrics.capacity([], RANGE))]).toEqual([]);
  expect(asked).toHaveLength(2);
});
