import { expect, it } from 'vitest';
import { killOften } from './kill-often.ts';

it(
  'loses nothing and leaves nothing over when it is killed at random moments of mixed work',
  { timeout: 300_000 },
  async () => {
    const { kills } = await killOften(4, 7);
    expect(kills).toBe(4);
  },
);
