import { z } from 'zod';
import { expect, it } from 'vitest';
import { projectRefSchema } from '../kernel/ids.ts';
import { branchId, refOfBranch } from './branch.ts';

it.each(['a'.repeat(20), 'z'.repeat(20), 'abcdefghijklmnopqrst', 'zyxwvutsrqponmlkjihg'])(
  'the id of the branch %s is a UUID that leads back to it',
  (text) => {
    const ref = projectRefSchema.parse(text);
    const id = branchId(ref);
    expect(z.uuid({ version: 'v8' }).safeParse(id).success).toBe(true);
    expect(refOfBranch(id)).toBe(ref);
  },
);

it('another UUID is the id of no branch', () => {
  for (const other of [
    'ffffffff-ffff-8fff-8fff-ffffffffffff',
    '22222222-2222-4222-8222-222222222222',
    'abcdefghijklmnopqrst',
  ])
    expect(refOfBranch(other)).toBeUndefined();
});
