import { beforeEach, expect, it } from 'vitest';
import { World } from '../../test/faults/world.ts';
import { beginTransition } from '../core/project/begin-transition.ts';
import { changeBackupSchedule } from '../core/project/backup-schedule.ts';
import type { Project } from '../core/project/project.ts';
import { keepBackups } from './keep-backups.ts';

const HOURS = 3600_000;
const DAYS = 24 * HOURS;

let world: World;
let project: Project;
beforeEach(async () => {
  world = new World();
  ({ project } = await world.create());
  await world.quiet();
});

const ids = () => [...(world.cloud.of(project.ref).database?.backups?.keys() ?? [])];
const dates = () => ids().map((id) => new Date(id).toISOString().slice(0, 13));

it('takes one a day, at the time that is set, and none before the project was there', async () => {
  await keepBackups(world.ports);
  expect(ids()).toEqual([]);
  world.pass(4 * HOURS);
  await keepBackups(world.ports);
  await keepBackups(world.ports);
  expect(dates()).toEqual(['2026-01-01T04']);
  await changeBackupSchedule(project, '06:00:00', world.actor, world.ports);
  world.pass(HOURS);
  await keepBackups(world.ports);
  expect(ids()).toHaveLength(1);
  world.pass(2 * HOURS);
  await keepBackups(world.ports);
  world.pass(DAYS);
  await keepBackups(world.ports);
  expect(dates()).toEqual(['2026-01-01T04', '2026-01-01T07', '2026-01-02T07']);
});

it('keeps them as long as the plan says, and the last one for good', async () => {
  world.pass(4 * HOURS);
  await keepBackups(world.ports);
  world.pass(29 * DAYS);
  await keepBackups(world.ports);
  expect(ids()).toHaveLength(2);
  world.pass(2 * DAYS);
  await keepBackups(world.ports);
  expect(dates()).toEqual(['2026-01-30T04', '2026-02-01T04']);
});

it('takes one after a restore, from which times can be reached again', async () => {
  world.pass(5 * HOURS);
  await keepBackups(world.ports);
  const [backup = 0] = ids();
  const recovery = { id: backup + 1, backup, until: null };
  await beginTransition(project.ref, 'recover', world.actor, world.ports, () => ({ recovery }));
  await world.quiet();
  expect(await world.statusOf(project.ref)).toBe('ACTIVE_HEALTHY');
  await keepBackups(world.ports);
  await keepBackups(world.ports);
  expect(ids()).toHaveLength(3);
});

it('leaves a project alone that is paused, or whose database is down, or that has no daily backups', async () => {
  world.pass(5 * HOURS);
  const { database } = world.cloud.of(project.ref);
  if (database !== undefined) database.state = 'stopped';
  await keepBackups(world.ports);
  if (database !== undefined) database.state = 'available';
  const organizations = {
    organization: async () => ({
      slug: project.organization,
      name: 'Free',
      plan: 'free' as const,
      created_at: project.created_at,
    }),
  };
  await keepBackups({ ...world.ports, organizations });
  await beginTransition(project.ref, 'pause', world.actor, world.ports);
  await world.quiet();
  await keepBackups(world.ports);
  expect([ids(), world.logged]).toEqual([[], []]);
});
