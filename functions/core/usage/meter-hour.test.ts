import { beforeEach, describe, expect, it } from 'vitest';
import { World } from '../../../test/faults/world.ts';
import { type ProjectRef } from '../kernel/ids.ts';
import { beginTransition } from '../project/begin-transition.ts';
import { computeHours, monthUntil } from './compute.ts';
import { meterHour } from './meter-hour.ts';
import { meteredProjects } from '../project/metered-project.ts';
import { type Hour, hourOf, hourSchema, monthOf } from './period.ts';
import { runsOf } from '../project/runs.ts';
import { UsageStore } from './usage-store.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

let world: World;
let ref: ProjectRef;
let usage: UsageStore;
let born: number;

beforeEach(async () => {
  world = new World();
  usage = new UsageStore(world.ports.table);
  ref = (await world.create()).project.ref;
  await world.quiet();
  born = world.ports.clock.now().getTime();
});

async function ask(request: 'pause' | 'restore' | 'remove'): Promise<void> {
  await beginTransition(ref, request, world.actor, world.ports);
  await world.quiet();
}

const now = () => world.ports.clock.now();
const hours = async (from = new Date(0)) =>
  computeHours(
    await runsOf(ref, world.ports.table),
    monthUntil(monthOf(now()), now()),
    (hour) => hour >= hourOf(from),
  );
const after = (count: number): Hour => hourSchema.parse(hourOf(new Date(born + count * HOUR)));

describe('compute', () => {
  it('is of each hour that the project ran in, whoever looks and however late', async () => {
    world.pass(2 * HOUR);
    expect(await hours()).toEqual({ compute_hours_nano: 3 });
    await ask('pause');
    world.pass(10 * HOUR);
    expect(await hours()).toEqual({ compute_hours_nano: 3 });
    await ask('restore');
    await ask('pause');
    world.pass(3 * HOUR);
    expect(await hours()).toEqual({ compute_hours_nano: 4 });
  });

  it('is owed when the project is gone', async () => {
    world.pass(HOUR);
    const organization = (await world.ports.projects.find(ref))?.value.organization;
    await ask('remove');
    expect(await world.ports.projects.find(ref)).toBeUndefined();
    world.pass(5 * HOUR);
    expect(await hours()).toEqual({ compute_hours_nano: 2 });
    const metered = organization && (await meteredProjects(organization, world.ports.table));
    expect(metered).toEqual([expect.objectContaining({ ref })]);
  });
});

describe('a sample', () => {
  const sample = (database_bytes: number) =>
    meterHour(ref, { amounts: { database_bytes, monthly_active_users: 1 } }, { ...world.ports, usage });
  const levels = async () =>
    (await usage.hours(ref, monthOf(now()))).map(({ hour, amounts }) => [hour, amounts.database_bytes]);

  it('stands for its hour, however often the meter runs in it', async () => {
    await sample(10);
    await sample(20);
    expect(await levels()).toEqual([[after(0), 10]]);
  });

  it('stands for the hours that the meter missed, where the project ran in them', async () => {
    await sample(10);
    world.pass(HOUR);
    await ask('pause');
    world.pass(5 * HOUR);
    await ask('restore');
    world.pass(HOUR);
    await sample(30);
    expect(await levels()).toEqual([
      [after(0), 10],
      [after(1), 30],
      [after(6), 30],
      [after(7), 30],
    ]);
    const { totals, levels: latest } = await usage.month(ref, monthOf(now()));
    expect(totals).toEqual({ database_bytes: 100, monthly_active_users: 1 });
    expect(latest['database_bytes']).toEqual({ hour: after(7), amount: 30 });
  });

  it('is counted once by jobs that run at the same time', async () => {
    world.pass(3 * HOUR);
    await Promise.all([sample(1), sample(1), sample(1)]);
    expect((await usage.month(ref, monthOf(now()))).totals.database_bytes).toBe(4);
  });
});
