import { expect, test } from 'vitest';
import { Turnstile } from './turnstile.ts';

/** Work that says when it began and ends when it is told to. */
function work() {
  const end = Promise.withResolvers<void>();
  const state = { begun: false };
  const run = async () => {
    state.begun = true;
    await end.promise;
    return 'done';
  };
  return { state, run, end: end.resolve };
}

const settle = () => new Promise(setImmediate);

test('lets through what fits, and the next in turn when something has left', async () => {
  const turnstile = new Turnstile(2, 10);
  const [first, heavy, light] = [work(), work(), work()];
  const running = [turnstile.run(1, first.run), turnstile.run(2, heavy.run), turnstile.run(1, light.run)];
  await settle();
  // The light one would fit, and waits behind the heavy one all the same.
  expect([first, heavy, light].map(({ state }) => state.begun)).toEqual([true, false, false]);
  first.end();
  await settle();
  expect([heavy, light].map(({ state }) => state.begun)).toEqual([true, false]);
  heavy.end();
  await settle();
  expect(light.state.begun).toBe(true);
  light.end();
  expect(await Promise.all(running)).toEqual(['done', 'done', 'done']);
});

test('turns away what would have to wait too long, and recovers', async () => {
  const turnstile = new Turnstile(1, 2);
  const jobs = Array.from({ length: 3 }, work);
  const running = jobs.map(({ run }) => turnstile.run(1, run));
  await settle();
  const refused = work();
  expect(await turnstile.run(1, refused.run)).toBeUndefined();
  expect(refused.state.begun).toBe(false);
  for (const { end } of jobs) end();
  await Promise.all(running);
  expect(await turnstile.run(1, async () => 'again')).toBe('again');
});

test('work that fails makes room too', async () => {
  const turnstile = new Turnstile(1, 2);
  await expect(turnstile.run(1, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  expect(await turnstile.run(1, async () => 'next')).toBe('next');
});
