import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { LocalScheduler } from './scheduler.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse('2026-01-01T00:00:00.250Z') });
});
afterEach(() => {
  vi.useRealTimers();
});

const at = (date: Date) => date.toISOString().slice(17, 23);
const logged: string[] = [];
const scheduler = () =>
  new LocalScheduler({
    clock: { now: () => new Date() },
    log: { info: () => {}, within: (_, work) => work(), error: (message) => logged.push(message) },
  });

it('runs a job by its interval, through its failures, and not after it is closed', async () => {
  const dues: string[] = [];
  const jobs = scheduler();
  jobs.start([
    {
      name: 'one',
      every: 2,
      run: async (due) => {
        dues.push(at(due));
        throw new Error('no');
      },
    },
  ]);
  await vi.advanceTimersByTimeAsync(7500);
  expect(dues).toEqual(['02.250', '04.250', '06.250']);
  expect(logged).toHaveLength(3);
  await jobs.close();
  await vi.advanceTimersByTimeAsync(6000);
  expect(dues).toHaveLength(3);
});

it('leaves out the runs that fall into another one, and tells the next since when it was due', async () => {
  const dues: string[] = [];
  const jobs = scheduler();
  const run = async (due: Date) => {
    dues.push(at(due));
    await new Promise((resolve) => setTimeout(resolve, 4500));
  };
  jobs.start([{ name: 'slow', every: 2, run }]);
  await vi.advanceTimersByTimeAsync(9000);
  expect(dues).toEqual(['02.250', '04.250']);
  const closed = jobs.close();
  await vi.advanceTimersByTimeAsync(5000);
  await closed;
});
