import { RDSClient } from '@aws-sdk/client-rds';
import { RDSDataClient } from '@aws-sdk/client-rds-data';
import { expect, it } from 'vitest';
import { CELL } from '../../../test/fakes/aws-cell.ts';
import { newStack } from '../../../test/contracts/stack-fixture.ts';
import { AuroraBackups } from './backups.ts';
import { DedicatedClusters } from './dedicated-clusters.ts';

it('tells a project on a shared cluster why it has no backups, whatever it asks for', async () => {
  const stack = newStack({ tier: 'pooled' });
  const [rds, rdsData] = [new RDSClient({}), new RDSDataClient({})];
  const backups = new AuroraBackups(new DedicatedClusters(CELL, { rds, rdsData }), rds);
  const reason = await backups.refusal(stack);
  expect(reason).toContain('shares');
  expect(await backups.list(stack)).toEqual([]);
  const asked = [
    backups.take(stack, { id: 1, name: null }),
    backups.drop(stack, [1]),
    backups.recover(stack, { id: 2, backup: 1, until: null }),
  ];
  for (const refused of await Promise.allSettled(asked))
    expect(refused).toMatchObject({ reason: { name: 'PortError', message: reason } });
});
