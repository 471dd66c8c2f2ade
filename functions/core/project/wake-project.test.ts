import { randomBytes } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { projectRecord } from '../../../test/fakes/project-record.ts';
import { PROJECT_STATUSES, type ProjectStatus } from '../../contract/status.ts';
import { openSqliteTable, type SqliteTable } from '../../drivers/sqlite/table.ts';
import { newProjectRef } from '../kernel/ids.ts';
import { systemActor } from '../organization/system-actor.ts';
import { ProjectStore } from './project-store.ts';
import type { Project } from './project.ts';
import type { ExecutionInput, WorkflowName } from './workflows.port.ts';
import { type Arrival, type WakePorts, wakeProject } from './wake-project.ts';

const START = new Date('2026-01-01T12:00:00Z');
const random = { bytes: (length: number) => new Uint8Array(randomBytes(length)) };
const ACTOR = systemActor({ ip: '192.0.2.1', request_id: 'r-1' });
const CLIENT: Arrival = { path: '/rest/v1/todos', hasKey: true };
const CRAWLER: Arrival = { path: '/wp-login.php', hasKey: false };

const WATCHER: Arrival = { path: '/customer/v1/privileged/metrics', hasKey: true };

let now = START;
let table: SqliteTable;
let started: { readonly workflow: WorkflowName; readonly input: ExecutionInput }[];
let ports: WakePorts;

beforeEach(() => {
  now = START;
  started = [];
  const clock = { now: () => now };
  table = openSqliteTable({ path: ':memory:', clock });
  ports = {
    projects: new ProjectStore(table),
    workflows: { start: async (workflow, input) => void started.push({ workflow, input }) },
    clock,
    random,
    services: ['rest', 'auth'],
  };
});

async function aProject(status: ProjectStatus): Promise<Project> {
  const project = projectRecord(START, { status });
  await ports.projects.create(project, []);
  return project;
}

const statusOf = async ({ ref }: Project) => (await ports.projects.find(ref))?.value.status;

describe('a request to a project without a running stack', () => {
  it('starts to restore a paused one, and says so in the audit', async () => {
    const project = await aProject('INACTIVE');
    expect(await wakeProject(project.ref, CLIENT, ACTOR, ports)).toEqual({
      kind: 'coming',
      status: 'RESTORING',
    });
    expect(started).toMatchObject([{ workflow: 'resume', input: { ref: project.ref } }]);
    const { items } = await table.query({ pk: 'ORGANIZATION#acme', prefix: 'AUDIT#' });
    expect(items.map(({ data }) => data)).toMatchObject([
      { action: 'project.restore', subject: project.ref, actor: { email: 'system', ip: '192.0.2.1' } },
    ]);
  });

  it('starts it once, however many requests there are', async () => {
    const project = await aProject('INACTIVE');
    const wakes = await Promise.all(
      Array.from({ length: 20 }, () => wakeProject(project.ref, CLIENT, ACTOR, ports)),
    );
    expect(new Set(wakes.map(({ kind }) => kind))).toEqual(new Set(['coming']));
    expect(await wakeProject(project.ref, CLIENT, ACTOR, ports)).toMatchObject({ kind: 'coming' });
    expect(started).toHaveLength(1);
  });

  it.each([
    ['a key, on any path', { path: '/', hasKey: true }, true],
    ['no key, on a service’s path', { path: '/auth/v1/health', hasKey: false }, true],
    ['no key, on a service’s root', { path: '/rest', hasKey: false }, true],
    ['no key, on the root', { path: '/', hasKey: false }, false],
    ['no key, on a path that a service’s name begins', { path: '/restaurant', hasKey: false }, false],
    ['no key, on a crawler’s path', CRAWLER, false],
    ['a key, where the project’s numbers are', WATCHER, false],
  ])('with %s: wakes %j %s', async (_, arrival, wakes) => {
    const project = await aProject('INACTIVE');
    expect((await wakeProject(project.ref, arrival, ACTOR, ports)).kind).toBe(wakes ? 'coming' : 'asleep');
    expect(started).toHaveLength(wakes ? 1 : 0);
    expect(await statusOf(project)).toBe(wakes ? 'RESTORING' : 'INACTIVE');
  });

  it('does not try a failed restore again at once, but later', async () => {
    const project = await aProject('RESTORE_FAILED');
    now = new Date(START.getTime() + 14 * 60_000);
    expect(await wakeProject(project.ref, CLIENT, ACTOR, ports)).toMatchObject({ kind: 'asleep' });
    now = new Date(START.getTime() + 15 * 60_000);
    expect(await wakeProject(project.ref, CLIENT, ACTOR, ports)).toMatchObject({ kind: 'coming' });
    expect(started).toHaveLength(1);
  });

  it.each(PROJECT_STATUSES)(
    'of whoever watches neither waits for a project that is %s nor changes it',
    async (status) => {
      const project = await aProject(status);
      now = new Date(START.getTime() + 3_600_000);
      const { kind } = await wakeProject(project.ref, WATCHER, ACTOR, ports);
      expect(['ready', 'asleep', 'unknown']).toContain(kind);
      expect(started).toEqual([]);
      expect(await statusOf(project)).toBe(status);
    },
  );

  it('is told that there is no project where there is none', async () => {
    expect(await wakeProject(newProjectRef(random), CLIENT, ACTOR, ports)).toEqual({ kind: 'unknown' });
  });

  const QUIET: Readonly<Partial<Record<ProjectStatus, string>>> = {
    COMING_UP: 'coming',
    ACTIVE_HEALTHY: 'ready',
    ACTIVE_UNHEALTHY: 'ready',
    PAUSING: 'coming',
    RESTORING: 'coming',
    RESTARTING: 'coming',
    RESIZING: 'coming',
    UPGRADING: 'coming',
    GOING_DOWN: 'unknown',
    REMOVED: 'unknown',
    INIT_FAILED: 'asleep',
    UNKNOWN: 'coming',
  };

  it.each(PROJECT_STATUSES)('answers for %s by what a wake can change of it', async (status) => {
    const project = await aProject(status);
    now = new Date(START.getTime() + 3_600_000);
    const { kind } = await wakeProject(project.ref, CLIENT, ACTOR, ports);
    const quiet = QUIET[status];
    expect(kind).toBe(quiet ?? 'coming');
    expect(started).toHaveLength(quiet === undefined ? 1 : 0);
  });
});
