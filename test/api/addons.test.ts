import { beforeEach, expect, it } from 'vitest';
import { createApp } from '../../functions/api/app.ts';
import type { ProjectRef } from '../../functions/core/kernel/ids.ts';
import { issueToken } from '../../functions/core/organization/issue-token.ts';
import { runsOf } from '../../functions/core/project/runs.ts';
import { changePlan } from '../../functions/core/usage/change-plan.ts';
import { World } from '../faults/world.ts';
import { undeclared } from './declared.ts';
import { ask } from './ask.ts';

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

async function call(method: string, path: string, body?: unknown) {
  const init = {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  };
  const response = await ask(createApp(world.ports), path, init, { ip: '127.0.0.1' });
  const text = await response.text();
  expect(undeclared(method, path, { status: response.status, text })).toBeUndefined();
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
}

const resize = (addon_variant: string, addon_type = 'compute_instance') =>
  call('PATCH', `${url}/billing/addons`, { addon_type, addon_variant });
const selected = async () =>
  (await call('GET', `${url}/billing/addons`)).body.selected_addons.map(
    ({ variant }: { readonly variant: { readonly id: string } }) => variant.id,
  );
const runs = () => runsOf(ref, world.ports.table);
const sizesThatServe = () => [...world.cloud.of(ref).stacks.values()].map(({ size }) => size);

it('a project has the smallest compute size, and can have those of its template', async () => {
  const { body } = await call('GET', `${url}/billing/addons`);
  expect(body).toMatchObject({ selected_addons: [], available_addons: [{ type: 'compute_instance' }] });
  expect(body.available_addons[0].variants.map(({ id }: { readonly id: string }) => id)).toEqual([
    'ci_micro',
    'ci_small',
    'ci_medium',
    'ci_large',
  ]);
});

it('a project gets another compute size by a stack beside the one that serves, and the smallest again', async () => {
  expect((await resize('ci_small')).status).toBe(200);
  expect(await world.statusOf(ref)).toBe('RESIZING');
  await world.quiet();
  expect(await world.statusOf(ref)).toBe('ACTIVE_HEALTHY');
  expect([await selected(), sizesThatServe()]).toEqual([['ci_small'], ['small']]);
  expect(await runs()).toMatchObject([{ size: 'nano' }, { size: 'small', end: undefined }]);
  // What it has it can be given again.
  expect((await resize('ci_small')).status).toBe(200);
  expect(await world.statusOf(ref)).toBe('ACTIVE_HEALTHY');
  expect((await call('DELETE', `${url}/billing/addons/ci_large`)).status).toBe(404);
  expect((await call('DELETE', `${url}/billing/addons/ci_small`)).status).toBe(200);
  await world.quiet();
  expect([await selected(), sizesThatServe()]).toEqual([[], ['nano']]);
});

it('a project keeps its compute size where the stack of another does not come up', async () => {
  world.cloud.sickly.add(2);
  expect((await resize('ci_large')).status).toBe(200);
  await world.quiet();
  expect(await world.statusOf(ref)).toBe('ACTIVE_HEALTHY');
  expect([await selected(), sizesThatServe()]).toEqual([[], ['nano']]);
  expect((await runs()).at(-1)).toMatchObject({ size: 'nano', end: undefined });
});

it('a free organization has the smallest compute size alone', async () => {
  const { organization } = (await world.ports.projects.find(ref))?.value ?? {};
  if (organization === undefined) throw new Error('there is no project');
  await changePlan(organization, 'free', world.actor, world.ports);
  expect(await resize('ci_micro')).toMatchObject({ status: 402, body: { code: 'quota_exceeded' } });
  expect(await world.statusOf(ref)).toBe('ACTIVE_HEALTHY');
});

it.each([
  ['ci_24xlarge', 'compute_instance', 400, 'It can be one of: nano, micro, small, medium, large.'],
  ['enormous', 'compute_instance', 400, 'GET /v1/projects/{ref}/billing/addons lists'],
  ['pitr_7', 'pitr', 501, 'are there without'],
])('the add-on %s is refused, with what can be had', async (variant, type, status, suggestion) => {
  const refused = await resize(variant, type);
  expect(refused).toMatchObject({ status, body: { suggestion: expect.stringContaining(suggestion) } });
  expect(await world.statusOf(ref)).toBe('ACTIVE_HEALTHY');
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
