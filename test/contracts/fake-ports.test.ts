import { describe, expect, it } from 'vitest';
import { TransientError } from '../../functions/core/kernel/errors.ts';
import { FakeCloud } from '../fakes/fake-cloud.ts';
import { fakePorts } from '../fakes/fake-ports.ts';
import type { FaultPlan } from '../fakes/faults.ts';
import { backupsContract } from './backups.contract.ts';
import { copiesContract } from './copies.contract.ts';
import { projectPortsContract } from './project-ports.contract.ts';
import { newSecret, newStack } from './stack-fixture.ts';

const ports = fakePorts(new FakeCloud());
projectPortsContract('the fake target', () => ports);
backupsContract('the fake target', () => ports);
copiesContract('the fake target', () => ports);

describe('a fault', () => {
  const once =
    (at: 'before' | 'after'): FaultPlan =>
    ({ port, method, time }) =>
      port === 'secrets' && method === 'create' && time === 1
        ? { at, error: new TransientError('timed out') }
        : undefined;

  it.each([
    ['before', undefined],
    ['after', 'kept'],
  ] as const)('%s the effect fails the one call that was planned', async (at, left) => {
    const cloud = new FakeCloud();
    const { secrets } = fakePorts(cloud, once(at));
    const stack = newStack();
    const [first, second] = [newSecret(stack), newSecret(stack)];
    await expect(secrets.create(stack, first)).rejects.toThrow('timed out');
    expect(cloud.projects.get(stack.ref)?.secret).toEqual(left === undefined ? undefined : first);
    expect(await secrets.create(stack, second)).toEqual(left === undefined ? second : first);
  });
});
