import { randomBytes } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { projectRecord } from '../../test/fakes/project-record.ts';
import type { ProjectStatus } from '../contract/status.ts';
import { newProjectRef } from '../core/kernel/ids.ts';
import { ProjectStore } from '../core/project/project-store.ts';
import type { Project } from '../core/project/project.ts';
import { restrictionWrite } from '../core/usage/restriction.ts';
import { openSqliteTable } from '../drivers/sqlite/table.ts';
import { type WakeAppPorts, createWakeApp } from './wake-app.ts';

const START = new Date('2026-01-01T12:00:00Z').getTime();
const random = { bytes: (length: number) => new Uint8Array(randomBytes(length)) };
const CLIENT = { 'x-baseplane-key': 'yes', 'x-baseplane-path': '/rest/v1/todos' };

let elapsed = 0;
let started: string[];
/** What becomes of the project meanwhile: a status, and when. */
let later: { readonly seconds: number; readonly status: ProjectStatus } | undefined;
let ports: WakeAppPorts;
let project: Project;
const failures: unknown[] = [];

beforeEach(() => {
  elapsed = 0;
  started = [];
  later = undefined;
  failures.length = 0;
  const clock = { now: () => new Date(START + elapsed) };
  const table = openSqliteTable({ path: ':memory:', clock });
  ports = {
    table,
    projects: new ProjectStore(table),
    workflows: { start: async (workflow) => void started.push(workflow) },
    clock,
    random,
    services: ['rest', 'auth'],
    log: {
      info: () => undefined,
      within: (_, work) => work(),
      error: (_, cause) => void failures.push(cause),
    },
    async sleep(milliseconds) {
      elapsed += milliseconds;
      if (later === undefined || elapsed < later.seconds * 1000) return;
      const { status } = later;
      later = undefined;
      await become(status);
    },
  };
  project = projectRecord(new Date(START), { status: 'INACTIVE' });
});

async function become(status: ProjectStatus): Promise<void> {
  const read = await ports.projects.find(project.ref);
  if (read !== undefined) await ports.projects.update(read, { ...read.value, status });
}

async function ask(headers: Record<string, string> = CLIENT, ref: string = project.ref) {
  const connection = { ip: '192.0.2.1', requestId: 'request-1' };
  return createWakeApp(ports).request(`/wake/${ref}`, { headers }, connection);
}

describe('the wake route', () => {
  it('starts a restore and holds the request until the project runs', async () => {
    await ports.projects.create(project, []);
    later = { seconds: 7, status: 'ACTIVE_HEALTHY' };
    const answer = await ask();
    expect(started).toEqual(['resume']);
    expect(elapsed).toBe(7000);
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBe('1');
    expect(answer.headers.get('x-accel-redirect')).toBe('@woken');
  });

  it('lets the client itself repeat what had a body', async () => {
    await ports.projects.create({ ...project, status: 'ACTIVE_HEALTHY' }, []);
    const answer = await ask({ ...CLIENT, 'x-baseplane-method': 'POST' });
    expect(answer.headers.get('retry-after')).toBe('1');
    expect(answer.headers.get('x-accel-redirect')).toBe(null);
  });

  it('holds it for 20 s and no longer', async () => {
    await ports.projects.create(project, []);
    const answer = await ask();
    expect(elapsed).toBe(20_000);
    expect(answer.headers.get('retry-after')).toBe('5');
    expect(await answer.json()).toEqual({
      code: 'unavailable',
      message: 'The project is not running yet: it is RESTORING.',
      suggestion: 'Try again in 5 seconds.',
      request_id: 'request-1',
    });
  });

  it('waits out a pause that is under way, and restores then', async () => {
    await ports.projects.create({ ...project, status: 'PAUSING' }, []);
    later = { seconds: 3, status: 'INACTIVE' };
    const answer = await ask();
    expect(started).toEqual(['resume']);
    expect(answer.status).toBe(503);
  });

  it('lets many wait for one restore', async () => {
    await ports.projects.create(project, []);
    await Promise.all(Array.from({ length: 10 }, () => ask()));
    expect(started).toEqual(['resume']);
  });

  it.each([newProjectRef(random), 'not-a-ref'])('answers 404 for %s, at once', async (ref) => {
    const answer = await ask(CLIENT, ref);
    expect(answer.status).toBe(404);
    expect(answer.headers.get('retry-after')).toBe(null);
    expect(elapsed).toBe(0);
  });

  it('neither wakes nor holds for a crawler', async () => {
    await ports.projects.create(project, []);
    const answer = await ask({ 'x-baseplane-key': 'no', 'x-baseplane-path': '/wp-login.php' });
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBe(null);
    expect([elapsed, started]).toEqual([0, []]);
  });

  it('shows a browser a page that asks again by itself, and a script the reason from any origin', async () => {
    await ports.projects.create({ ...project, status: 'ACTIVE_HEALTHY' }, []);
    const page = await ask({ ...CLIENT, accept: 'text/html,*/*' });
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(await page.text()).toContain('<meta http-equiv="refresh" content="1">');
    const script = await ask({ ...CLIENT, accept: 'application/json', origin: 'https://app.test' });
    expect(script.headers.get('access-control-allow-origin')).toBe('*');
    expect(script.headers.get('content-type')).toBe('application/json');
  });

  it('lets a browser through to the question that wakes', async () => {
    await ports.projects.create(project, []);
    const answer = await ask({ ...CLIENT, 'x-baseplane-method': 'OPTIONS' });
    expect(answer.status).toBe(204);
    expect(answer.headers.get('access-control-allow-headers')).toContain('apikey');
    expect([elapsed, started]).toEqual([0, []]);
  });

  it('wakes no project for what its plan has no more of, and says so', async () => {
    await ports.projects.create(project, []);
    const { ref, organization } = project;
    const since = new Date(START).toISOString();
    const item = 'function_invocations' as const;
    await ports.table.write([restrictionWrite({ ref, organization, item, since })]);
    const refused = await ask({ ...CLIENT, 'x-baseplane-path': '/functions/v1/hello' });
    expect([refused.status, elapsed, started]).toEqual([402, 0, []]);
    expect(await refused.json()).toMatchObject({
      code: 'quota_exceeded',
      message: 'The monthly quota of Function Invocations (500,000) is used up: requests are refused.',
    });
    later = { seconds: 1, status: 'ACTIVE_HEALTHY' };
    expect((await ask()).headers.get('x-accel-redirect')).toBe('@woken');
    expect(started).toEqual(['resume']);
  });

  it('keeps what went wrong for the log', async () => {
    await ports.projects.create(project, []);
    const broken = new Error('the table is on fire');
    ports = { ...ports, workflows: { start: () => Promise.reject(broken) } };
    const answer = await ask();
    expect(answer.status).toBe(502);
    expect(await answer.text()).toBe('');
    expect(failures).toEqual([broken]);
  });
});
