import { beforeEach, expect, it } from 'vitest';
import { World } from '../../../test/faults/world.ts';
import type { ProjectRef } from '../kernel/ids.ts';
import type { ClusterMetrics } from '../project/cluster-metrics.port.ts';
import { beginTransition } from '../project/begin-transition.ts';
import { meterClusters } from './meter-clusters.ts';
import { hourOf } from './period.ts';
import { UsageStore } from './usage-store.ts';

const HOUR = 3_600_000;

let world: World;
let usage: UsageStore;
/** What was asked, by the beginning of the hour. */
let asked: { readonly refs: readonly ProjectRef[]; readonly from: string }[];
let broken: boolean;

beforeEach(() => {
  world = new World();
  usage = new UsageStore(world.ports.table);
  asked = [];
  broken = false;
});

const metrics: ClusterMetrics = {
  async capacity(refs, { from, to }) {
    if (broken) throw new Error('CloudWatch does not answer');
    expect(to.getTime() - from.getTime()).toBe(HOUR);
    asked.push({ refs, from: from.toISOString().slice(0, 13) });
    return new Map(refs.map((ref) => [ref, 1800]));
  },
};

const run = () => meterClusters({ ...world.ports, usage, clusterMetrics: () => metrics });

async function dedicated(name: string): Promise<ProjectRef> {
  const { ref } = (await world.create(name)).project;
  await world.quiet();
  const read = await world.ports.projects.find(ref);
  if (read !== undefined) await world.ports.projects.update(read, { ...read.value, tier: 'dedicated' });
  return ref;
}

const inHour = (ref: ProjectRef, at: string) => usage.hour(ref, hourOf(new Date(`${at}:00:00Z`)));

it('counts the hour that is over, of clusters of their own, whether they run or rest', async () => {
  const runs = await dedicated('runs');
  const rests = await dedicated('rests');
  await world.create('pooled');
  await world.quiet();
  await beginTransition(rests, 'pause', world.actor, world.ports);
  await world.quiet();
  world.pass(65 * 60_000);
  await run();
  // Of the last hour something may still come.
  expect(asked.map(({ from }) => from)).toEqual(['2025-12-31T23']);
  world.pass(10 * 60_000);
  await run();
  await run();
  expect(asked.map(({ from }) => from)).toEqual(['2025-12-31T23', '2026-01-01T00']);
  expect(asked[1]?.refs.toSorted()).toEqual([runs, rests].toSorted());
  for (const ref of [runs, rests])
    expect(await inHour(ref, '2026-01-01T00')).toEqual({ database_acu_seconds: 1800 });
});

it('makes up for the hours in which it could not ask, one in each run, and counts none twice', async () => {
  const ref = await dedicated('runs');
  await run();
  broken = true;
  world.pass(3 * HOUR);
  await expect(run()).rejects.toThrow('does not answer');
  broken = false;
  for (let n = 0; n < 6; n += 1) await run();
  expect(asked.slice(1).map(({ from }) => from)).toEqual(['2025-12-31T23', '2026-01-01T00', '2026-01-01T01']);
  expect(await inHour(ref, '2026-01-01T01')).toEqual({ database_acu_seconds: 1800 });
});
