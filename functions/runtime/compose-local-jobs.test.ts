import { expect, it } from 'vitest';
import { World } from '../../test/faults/world.ts';
import { UsageStore } from '../core/usage/usage-store.ts';
import { openSqliteTable } from '../drivers/sqlite/table.ts';
import { localJobs } from './compose-local-jobs.ts';

const NOW = new Date('2026-01-01T00:00:00Z');

it('lets go of what has expired, and of nothing else, when it sweeps', async () => {
  const table = openSqliteTable({ path: ':memory:', clock: { now: () => NOW } });
  const world = new World(table);
  const jobs = localJobs({
    ...world.ports,
    table,
    usage: new UsageStore(table),
    activity: { flush: async () => {} },
    recorder: { flush: async () => {} },
    restricted: { reload: async () => {} },
    pool: { fill: async () => {} },
    refusedBy: 'gateway',
    clusterMetrics: null,
    meter: { ran: () => {} },
  });
  const at = NOW.getTime() / 1000;
  const kept = { pk: 'TOKEN', sk: 'kept', expires_at: at + 3600, data: {} };
  await table.write([
    { kind: 'put', if: 'absent', item: kept },
    { kind: 'put', if: 'absent', item: { pk: 'TOKEN', sk: 'over', expires_at: at - 1, data: {} } },
  ]);
  await jobs.scheduled.find(({ name }) => name === 'sweep')?.run(NOW);
  expect(table.purgeExpired()).toBe(0);
  expect(await table.get(kept)).toBeDefined();
});
