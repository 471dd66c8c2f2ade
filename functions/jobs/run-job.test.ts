import { beforeEach, expect, it } from 'vitest';
import { openSqliteTable } from '../drivers/sqlite/table.ts';
import { JobLedger } from '../core/jobs/job-ledger.ts';
import { stateOf } from '../core/jobs/job-run.ts';
import { runJob } from './run-job.ts';

const START = Date.parse('2026-01-01T00:00:00Z');
let now = START;
const clock = { now: () => new Date(now) };
let ledger: JobLedger;
let logged: string[];

beforeEach(() => {
  now = START;
  logged = [];
  ledger = new JobLedger(openSqliteTable({ path: ':memory:', clock }), clock);
});

const run = (work: () => Promise<void>, due = new Date(now)) =>
  runJob('reconcile', due, work, {
    ledger,
    log: { info: () => {}, within: (_, work) => work(), error: (message) => logged.push(message) },
  });
const state = async () => stateOf('reconcile', 60, (await ledger.find('reconcile'))?.value, clock.now());
const takes = (ms: number) => async () => void (now += ms);
const fails = async () => {
  throw new Error('no');
};

it('keeps how long a run took and how late it began', async () => {
  expect(await state()).toBe('waiting');
  now += 5000;
  expect(await run(takes(300), new Date(START))).toBe('done');
  expect((await ledger.find('reconcile'))?.value).toMatchObject({
    lag_ms: 5000,
    duration_ms: 300,
    succeeded_at: new Date(START + 5300).toISOString(),
    held_until: null,
  });
  expect(await state()).toBe('ok');
});

it('never runs beside itself', async () => {
  let inside: unknown;
  await run(async () => void (inside = await run(takes(1))));
  expect(inside).toBe('left out');
});

it('counts failures, and forgets them after a run that succeeds', async () => {
  expect(await run(fails)).toBe('failed');
  expect(await run(fails)).toBe('failed');
  expect((await ledger.find('reconcile'))?.value).toMatchObject({ failures: 2, held_until: null });
  expect(await state()).toBe('failing');
  expect(logged).toEqual(['a job failed', 'a job failed']);
  await run(takes(1));
  expect(await state()).toBe('ok');
});

it('runs again a job whose process died, as soon as that must be so', async () => {
  await ledger.begin('reconcile', clock.now());
  now += 299_000;
  expect(await run(takes(1))).toBe('left out');
  now += 2000;
  expect(await run(fails)).toBe('failed');
  expect((await ledger.find('reconcile'))?.value.failures).toBe(2);
  expect(await run(takes(1))).toBe('done');
});

it('a run that was given up for dead does not end the one that took its place', async () => {
  const dead = await ledger.begin('reconcile', clock.now());
  now += 301_000;
  const alive = await ledger.begin('reconcile', clock.now());
  if (dead === undefined || alive === undefined) throw new Error('not begun');
  await ledger.end('reconcile', dead, null);
  expect((await ledger.find('reconcile'))?.value.held_until).toBe(alive.held_until);
});

it('tells a job that has stopped running, and one that lags', async () => {
  await run(takes(1));
  now += (3 * 60 + 300) * 1000 + 1;
  expect(await state()).toBe('late');
  await run(takes(1), new Date(now - 61_000));
  expect(await state()).toBe('behind');
});
