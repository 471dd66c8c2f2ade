import { beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ProjectApi } from './project-api.ts';

let api: ProjectApi;
beforeEach(async () => {
  api = await ProjectApi.start();
});

const call = (method: string, path = '', body?: unknown) =>
  api.project(method, `/database/backups${path}`, body);
const listSchema = z.object({ backups: z.array(z.object({ id: z.int() })) });
const listed = async () => listSchema.parse((await call('GET')).body).backups.map(({ id }) => id);
const database = () => api.world.cloud.of(api.ref).database;
const seconds = (of: string | number) => Math.floor(new Date(of).getTime() / 1000);

describe('a restore point', () => {
  it('is a backup with a name, found again by it', async () => {
    const point = { name: 'before', status: 'AVAILABLE', completed_on: expect.stringMatching(/^2026-/) };
    expect(await call('GET', '/restore-point')).toMatchObject({ status: 404 });
    expect(await call('POST', '/restore-point', { name: 'before' })).toEqual({ status: 201, body: point });
    expect(await call('POST', '/restore-point', { name: 'before' })).toMatchObject({
      status: 409,
      body: { field: 'body.name' },
    });
    expect(await call('GET', '/restore-point?name=before')).toEqual({ status: 200, body: point });
    expect(await call('GET', '/restore-point')).toEqual({ status: 200, body: point });
    expect(await call('GET', '/restore-point?name=after')).toMatchObject({ status: 404 });
    expect(await call('GET')).toMatchObject({
      status: 200,
      body: {
        pitr_enabled: true,
        backups: [{ is_physical_backup: true, status: 'COMPLETED', inserted_at: expect.any(String) }],
      },
    });
  });

  it('is not made of a paused project', async () => {
    await api.project('POST', '/pause');
    await api.world.quiet();
    expect(await call('POST', '/restore-point', { name: 'before' })).toMatchObject({ status: 409 });
  });
});

describe('a restore', () => {
  it.each([
    ['by its number', async () => call('POST', '/restore', { id: (await listed())[0] })],
    ['by its name', () => call('POST', '/undo', { name: 'good' })],
    ['to a time', () => call('POST', '/restore-pitr', { recovery_time_target_unix: seconds(now()) })],
  ])('puts the database back, %s, and the services serve it', async (_, restore) => {
    await call('POST', '/restore-point', { name: 'good' });
    const there = database();
    if (there !== undefined) there.ownerPassword = 'changed since';
    api.world.pass(2000);
    expect(await restore()).toMatchObject({ status: 201 });
    expect(await api.world.statusOf(api.ref)).toBe('RESTORING');
    await api.world.quiet();
    expect(await api.world.statusOf(api.ref)).toBe('ACTIVE_HEALTHY');
    expect(database()).toMatchObject({ state: 'available', recovered: expect.any(Number) });
    expect(database()?.ownerPassword).toBe(api.world.cloud.of(api.ref).secret?.db_password);
    expect(api.world.cloud.of(api.ref).published).toBe(true);
    expect((await api.world.ports.projects.find(api.ref))?.value.recovery).toBe(null);
    expect(await listed()).toHaveLength(2);
    expect(await api.audited()).toEqual(
      expect.arrayContaining(['project.restore_point.create', 'project.recover']),
    );
  });

  it.each([
    ['/restore', { id: 1 }],
    ['/undo', { name: 'none' }],
  ])('of what is not there is not found: %s', async (path, body) => {
    expect(await call('POST', path, body)).toMatchObject({ status: 404 });
    expect(await api.world.statusOf(api.ref)).toBe('ACTIVE_HEALTHY');
  });

  it('to a time without a backup before it, or that is yet to come, is refused with the times there are', async () => {
    const early = { recovery_time_target_unix: 1 };
    expect(await call('POST', '/restore-pitr', early)).toMatchObject({
      status: 400,
      body: { suggestion: expect.stringContaining('no backup yet') },
    });
    await call('POST', '/restore-point', { name: 'good' });
    for (const time of [1, seconds('2027-01-01')]) {
      expect(await call('POST', '/restore-pitr', { recovery_time_target_unix: time })).toMatchObject({
        status: 400,
        body: {
          field: 'body.recovery_time_target_unix',
          suggestion: expect.stringMatching(/from 2026-.* to 2026-/),
        },
      });
    }
  });

  it('that fails leaves the data as it was, says why, and can be followed by an ordinary one', async () => {
    await call('POST', '/restore-point', { name: 'good' });
    const before = database()?.ownerPassword;
    api.world.fail(({ port, method }) =>
      port === 'backups' && method === 'recover'
        ? { at: 'before', error: new TypeError('broken') }
        : undefined,
    );
    await call('POST', '/undo', { name: 'good' });
    await api.world.quiet();
    expect(await api.world.statusOf(api.ref)).toBe('RESTORE_FAILED');
    expect(database()?.ownerPassword).toBe(before);
    api.world.fail(() => undefined);
    expect((await api.project('POST', '/restore')).status).toBe(200);
    await api.world.quiet();
    expect(await api.world.statusOf(api.ref)).toBe('ACTIVE_HEALTHY');
    expect(database()?.recovered).toBe(undefined);
  });
});

describe('the schedule', () => {
  it('is kept, and takes no time that there is not', async () => {
    expect(await call('GET', '/schedule')).toMatchObject({ status: 200, body: { schedule_for: '04:00:00' } });
    const changed = await call('PATCH', '/schedule', { schedule_for: '23:30:00' });
    expect(changed).toMatchObject({ status: 200, body: { schedule_for: '23:30:00' } });
    expect(await call('GET', '/schedule')).toEqual(changed);
    for (const wrong of ['24:00:00', '4:00', 'noon']) {
      expect(await call('PATCH', '/schedule', { schedule_for: wrong })).toMatchObject({
        status: 400,
        body: { field: 'body.schedule_for' },
      });
    }
  });
});

it('a project that can have no backups is told why', async () => {
  const { world } = api;
  Object.assign(world.ports.backups, { refusal: async () => 'There are none here.' });
  for (const [method, path, body] of [
    ['GET', '', undefined],
    ['POST', '/restore-point', { name: 'x' }],
    ['POST', '/undo', { name: 'x' }],
  ] as const) {
    expect(await call(method, path, body)).toMatchObject({
      status: 501,
      body: { message: 'There are none here.' },
    });
  }
});

const now = () => api.world.ports.clock.now().getTime();
