import { beforeEach, expect, it } from 'vitest';
import { createApp } from '../../functions/api/app.ts';
import type { ProjectRef } from '../../functions/core/kernel/ids.ts';
import { issueToken } from '../../functions/core/organization/issue-token.ts';
import { World } from '../faults/world.ts';
import { undeclared } from './declared.ts';

let world: World;
let url: string;
let ref: ProjectRef;
let token: string;

beforeEach(async () => {
  world = new World();
  const { project, owner } = await world.create();
  await world.quiet();
  ({ ref } = project);
  url = `/v1/projects/${ref}`;
  token = await issueToken(owner.user, 'test', world.ports);
});

async function call(method: string, path: string) {
  const headers = { authorization: `Bearer ${token}` };
  const response = await createApp(world.ports).request(path, { method, headers }, { ip: '127.0.0.1' });
  const text = await response.text();
  expect(undeclared(method, path, { status: response.status, text })).toBeUndefined();
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
}

it('the smallest project has no compute add-on, and none can be added', async () => {
  expect(await call('GET', `${url}/billing/addons`)).toEqual({
    status: 200,
    body: { selected_addons: [], available_addons: [] },
  });
  expect(await call('PATCH', `${url}/billing/addons`)).toMatchObject({
    status: 501,
    body: { message: expect.stringContaining('when it is created') },
  });
});

it('a larger one lists its size', async () => {
  const { projects } = world.ports;
  const [project] = await projects.inStatus('ACTIVE_HEALTHY');
  const read = project && (await projects.find(project.ref));
  if (read === undefined) throw new Error('there is no project');
  await projects.update(read, { ...read.value, size: 'small' });
  expect(await call('GET', `${url}/billing/addons`)).toMatchObject({
    body: { selected_addons: [{ type: 'compute_instance', variant: { id: 'ci_small', name: 'Small' } }] },
  });
});

it('a project is restored with the Postgres that it has', async () => {
  expect(await call('GET', `${url}/restore`)).toMatchObject({
    body: { available_versions: [{ postgres_engine: '17' }] },
  });
  expect(await call('POST', `${url}/restore/cancel`)).toMatchObject({ status: 409 });
});

it('a restoration is cancelled half-way: the project is at rest again, and can be restored later', async () => {
  await call('POST', `${url}/pause`);
  await world.quiet();
  expect((await call('POST', `${url}/restore`)).status).toBe(200);
  expect((await call('POST', `${url}/restore/cancel`)).status).toBe(200);
  await world.quiet();
  expect(await world.statusOf(ref)).toBe('INACTIVE');
  expect(world.cloud.of(ref)).toMatchObject({ published: false, database: { state: 'stopped' } });
  expect(world.cloud.of(ref).stacks.size).toBe(0);
  expect((await call('POST', `${url}/restore`)).status).toBe(200);
  await world.quiet();
  expect(await world.statusOf(ref)).toBe('ACTIVE_HEALTHY');
});

it('a backup that is being put back is not left half-way', async () => {
  const { projects } = world.ports;
  const read = await projects.find(ref);
  if (read === undefined) throw new Error('there is no project');
  const recovery = { id: 2, backup: 1, until: null };
  await projects.update(read, { ...read.value, status: 'RESTORING', recovery });
  expect(await call('POST', `${url}/restore/cancel`)).toMatchObject({ status: 409 });
  expect(await world.statusOf(ref)).toBe('RESTORING');
});
