import { describe, expect, it } from 'vitest';
import { KeyedLock } from './keyed-lock.ts';

describe('a lock by key', () => {
  it('runs the work of one key in order, one at a time, and that of others beside it', async () => {
    const lock = new KeyedLock();
    const steps: string[] = [];
    const gate = Promise.withResolvers<void>();
    const first = lock.run('a', async () => {
      steps.push('a1 begins');
      await gate.promise;
      steps.push('a1 ends');
    });
    const second = lock.run('a', async () => steps.push('a2'));
    await lock.run('b', async () => steps.push('b'));
    expect(steps).toEqual(['a1 begins', 'b']);
    gate.resolve();
    await Promise.all([first, second]);
    expect(steps).toEqual(['a1 begins', 'b', 'a1 ends', 'a2']);
  });

  it('goes on after work that failed, which fails for its caller alone', async () => {
    const lock = new KeyedLock();
    const failing = lock.run('a', () => Promise.reject(new Error('no')));
    const next = lock.run('a', async () => 'yes');
    await expect(failing).rejects.toThrow('no');
    expect(await next).toBe('yes');
  });
});
