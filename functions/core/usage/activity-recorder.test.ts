import { beforeEach, expect, it } from 'vitest';
import { projectRecord } from '../../../test/fakes/project-record.ts';
import { openSqliteTable, type SqliteTable } from '../../drivers/sqlite/table.ts';
import type { ProjectRef } from '../kernel/ids.ts';
import { ProjectStore } from '../project/project-store.ts';
import { lastUse, storedActivity } from '../project/activity.ts';
import { ActivityRecorder } from './activity-recorder.ts';

const at = (minute: number) => `2026-01-01T00:${String(minute).padStart(2, '0')}:00.000Z`;

let now: Date;
let table: SqliteTable;
let projects: ProjectStore;

beforeEach(() => {
  const clock = { now: () => now };
  now = new Date(at(0));
  table = openSqliteTable({ path: ':memory:', clock });
  projects = new ProjectStore(table);
});

const recorder = () => new ActivityRecorder({ table, projects, clock: { now: () => now } });

async function aProject(): Promise<ProjectRef> {
  const project = projectRecord(new Date(at(0)));
  await projects.create(project, []);
  return project.ref;
}

it('knows the last time of each use at once, and after a restart what was flushed', async () => {
  const ref = await aProject();
  const before = recorder();
  before.note(ref, 'rest');
  now = new Date(at(5));
  before.note(ref, 'postgres');
  expect(await before.lastActivity(ref)).toEqual({ rest: at(0), postgres: at(5) });
  expect(await storedActivity(ref, table)).toEqual({});
  await before.flush();
  now = new Date(at(9));
  const after = recorder();
  after.note(ref, 'auth');
  const activity = await after.lastActivity(ref);
  expect(activity).toEqual({ rest: at(0), postgres: at(5), auth: at(9) });
  expect(lastUse(activity)).toEqual({ use: 'auth', at: at(9) });
});

it('never takes a later time back', async () => {
  const ref = await aProject();
  const [one, other] = [recorder(), recorder()];
  one.note(ref, 'rest');
  now = new Date(at(7));
  other.note(ref, 'rest');
  await other.flush();
  await one.flush();
  expect(await storedActivity(ref, table)).toEqual({ rest: at(7) });
});

it('writes a bounded number of projects at a time, and all of them in the end', async () => {
  const refs = [await aProject(), await aProject(), await aProject()];
  const activity = recorder();
  for (const ref of refs) activity.note(ref, 'storage');
  const written = async () => {
    const found = await Promise.all(refs.map((ref) => storedActivity(ref, table)));
    return found.filter(({ storage }) => storage !== undefined).length;
  };
  await activity.flush(2);
  expect(await written()).toBe(2);
  await activity.flush(2);
  expect(await written()).toBe(3);
});

it('leaves nothing of a project that was deleted', async () => {
  const ref = await aProject();
  const activity = recorder();
  activity.note(ref, 'rest');
  const found = await projects.find(ref);
  if (found !== undefined) await projects.remove(found);
  await activity.flush();
  expect((await table.query({ pk: `PROJECT#${ref}` })).items).toEqual([]);
  expect(await activity.lastActivity(ref)).toEqual({});
});

it('tells of a project that nobody has used that there is no use', async () => {
  expect(lastUse(await recorder().lastActivity(await aProject()))).toBeUndefined();
});
