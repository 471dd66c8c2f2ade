import { expect, it } from 'vitest';
import { jsonLog } from './system.ts';

const AT = new Date('2026-01-01T00:00:00Z');

function logged() {
  const lines: string[] = [];
  const log = jsonLog((line) => void lines.push(line), { now: () => AT });
  return { log, lines: () => lines.map((line): unknown => JSON.parse(line)) };
}

const line = (message: string, more: object = {}, level = 'info') => ({
  time: AT.toISOString(),
  level,
  message,
  ...more,
});

it('has in each line what it happened in, also of what was begun there and goes on by itself', async () => {
  const { log, lines } = logged();
  const { promise: later, resolve: now } = Promise.withResolvers<void>();
  let begun: Promise<void> = Promise.resolve();
  await log.within({ request_id: 'r-1' }, async () => {
    log.info('asked');
    begun = log.within({ execution_id: 'e-1' }, async () => {
      await later;
      log.info('step', { step: 'stop' });
    });
  });
  log.info('between');
  now();
  await begun;
  expect(lines()).toEqual([
    line('asked', { request_id: 'r-1' }),
    line('between'),
    line('step', { request_id: 'r-1', execution_id: 'e-1', step: 'stop' }),
  ]);
});

it('keeps requests apart that are served at the same time', async () => {
  const { log, lines } = logged();
  const serve = (id: string, turns: number) =>
    log.within({ request_id: id }, async () => {
      for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
      log.error(`failed ${id}`, 'why');
    });
  await Promise.all([serve('a', 3), serve('b', 1), serve('c', 2)]);
  expect(lines()).toEqual(
    ['b', 'c', 'a'].map((id) => line(`failed ${id}`, { request_id: id, cause: 'why' }, 'error')),
  );
});
