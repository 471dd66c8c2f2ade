import { beforeEach, describe, expect, it } from 'vitest';
import { World } from '../../test/faults/world.ts';
import { activityKey } from '../core/project/activity.ts';
import { beginTransition } from '../core/project/begin-transition.ts';
import type { Project } from '../core/project/project.ts';
import { exemptFromPausing } from '../core/usage/exempt-from-pausing.ts';
import { pauseIdle } from './pause-idle.ts';

const DAY = 24 * 3600_000;

let world: World;
let project: Project;
beforeEach(async () => {
  world = new World();
  ({ project } = await world.create());
  await world.quiet();
});

const weekly = () => ({ ...world.ports, idleAfter: () => 7 * DAY });
async function tick(): Promise<void> {
  await pauseIdle(weekly());
  await world.quiet();
}
async function idle(): Promise<void> {
  world.pass(6 * DAY);
  await tick();
  world.pass(DAY);
}
const record = async () => (await world.ports.projects.find(project.ref))?.value;
const mails = () => [...world.cloud.mails.values()].filter(({ subject }) => /will be paused/.test(subject));

describe('a project that nobody uses', () => {
  it('is warned of once, and paused a day later, with the evidence kept', async () => {
    await world.ports.uses.note(project.ref, 'rest');
    world.pass(5.9 * DAY);
    await tick();
    expect(mails()).toEqual([]);
    world.pass(0.1 * DAY);
    await tick();
    await tick();
    expect(mails()).toHaveLength(1);
    expect(mails()[0]?.text).toContain('by rest');
    world.pass(0.9 * DAY);
    await tick();
    expect(await world.statusOf(project.ref)).toBe('ACTIVE_HEALTHY');
    world.pass(0.1 * DAY);
    await tick();
    expect(await record()).toMatchObject({
      status: 'INACTIVE',
      idle_pause: { idle_after_seconds: 7 * 24 * 3600, last_use: { use: 'rest' } },
    });
    expect(world.cloud.of(project.ref).stacks.size).toBe(0);
  });

  it('is left alone after it was woken, as long as any other', async () => {
    await idle();
    await tick();
    await beginTransition(project.ref, 'restore', world.actor, world.ports);
    await world.quiet();
    expect(await record()).toMatchObject({ status: 'ACTIVE_HEALTHY', idle_pause: null });
    world.pass(5 * DAY);
    await tick();
    expect(await world.statusOf(project.ref)).toBe('ACTIVE_HEALTHY');
    expect(mails()).toHaveLength(1);
  });

  it('is not paused where it is exempt, or where the plan never does', async () => {
    await exemptFromPausing(project.ref, true, world.actor, world.ports);
    await idle();
    await tick();
    expect(await world.statusOf(project.ref)).toBe('ACTIVE_HEALTHY');
    await exemptFromPausing(project.ref, false, world.actor, world.ports);
    await pauseIdle(world.ports);
    expect(await world.statusOf(project.ref)).toBe('ACTIVE_HEALTHY');
    expect(mails()).toEqual([]);
  });
});

describe('a project that is used at the last moment', () => {
  it('is not paused where a session of its database is at work', async () => {
    await idle();
    world.cloud.busySessions = 1;
    await tick();
    expect(await world.statusOf(project.ref)).toBe('ACTIVE_HEALTHY');
  });

  it.each([
    ['a request', () => world.ports.uses.note(project.ref, 'auth')],
    ['a session', () => void (world.cloud.busySessions = 1)],
  ])('runs on where %s came after the verdict, and none of it was stopped', async (_, use) => {
    await idle();
    const { database } = world.cloud.of(project.ref);
    world.fail(({ port, method }) => {
      // When the pause is on its way, and before its last look.
      if (port === 'routes' && method === 'retract') void use();
      if (port === 'compute' && method === 'stop') throw new Error('it was stopped');
      return undefined;
    });
    await tick();
    expect(await record()).toMatchObject({ status: 'ACTIVE_HEALTHY', idle_pause: null });
    expect(world.cloud.of(project.ref)).toMatchObject({ published: true, database });
    const titles = (await world.ports.projects.events(project.ref)).map(({ step }) => step);
    expect(titles).toContain('confirm-idle');
  });

  it('runs on where nobody can tell whether it is used', async () => {
    await idle();
    await world.table.write([
      { kind: 'put', if: 'any', item: { ...activityKey(project.ref), data: { rest: 'not a time' } } },
    ]);
    await tick();
    expect(await world.statusOf(project.ref)).toBe('ACTIVE_HEALTHY');
    expect(world.logged.join()).toContain('could not judge whether a project is idle');
  });
});

it('a pause that somebody asks for does not ask whether the project is used', async () => {
  await world.ports.uses.note(project.ref, 'rest');
  await beginTransition(project.ref, 'pause', world.actor, world.ports);
  await world.quiet();
  expect(await record()).toMatchObject({ status: 'INACTIVE', idle_pause: null });
});
