import { describe, expect, it } from 'vitest';
import { newStack } from '../../../test/contracts/stack-fixture.ts';
import { AuroraBackups } from './backups.ts';

describe.each(['pooled', 'dedicated'] as const)('a project of the tier %s', (tier) => {
  const stack = newStack({ tier });
  const backups = new AuroraBackups();

  it('is told why it has no backups, whatever it asks for', async () => {
    const reason = await backups.refusal(stack);
    expect(reason).toContain(tier === 'pooled' ? 'shares' : 'new cluster');
    expect(await backups.list()).toEqual([]);
    for (const refused of [backups.take(stack), backups.drop(stack), backups.recover(stack)])
      await expect(refused).rejects.toMatchObject({ name: 'PortError', message: reason });
  });
});
