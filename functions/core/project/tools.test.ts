import { beforeEach, expect, it } from 'vitest';
import { World } from '../../../test/faults/world.ts';
import type { Project } from './project.ts';
import { beginTransition, type ProjectRequest } from './begin-transition.ts';
import { runsOf } from './runs.ts';
import { changeTools, describeTools, toolsState } from './tools.ts';

let world: World;
let ref: Project['ref'];
beforeEach(async () => {
  world = new World();
  ({ ref } = (await world.create()).project);
  await world.quiet();
  // No request can ask for it here, where it does not run.
  await change({ template: 'full' });
});

async function found(): Promise<Project> {
  const read = await world.ports.projects.find(ref);
  if (read === undefined) throw new Error('the project is gone');
  return read.value;
}

async function change(more: Partial<Project>): Promise<void> {
  const read = await world.ports.projects.find(ref);
  if (read !== undefined) await world.ports.projects.update(read, { ...read.value, ...more });
}

const turn = async (enabled: boolean) => {
  const changed = await changeTools(ref, enabled, world.actor, world.ports);
  await world.quiet();
  return changed;
};
const ask = async (request: ProjectRequest) => {
  await beginTransition(ref, request, world.actor, world.ports);
  await world.quiet();
};
const described = async () => describeTools(await found(), world.ports);
const running = () => [...world.cloud.of(ref).tools];
const audited = async () => {
  const { items } = await world.table.query({
    pk: `ORGANIZATION#${(await found()).organization}`,
    prefix: 'AUDIT#',
  });
  return items.filter(({ data }) => data['action'] === 'project.tools.change').length;
};

it('come up beside the next stack, pause and come back with the project, and go with another stack', async () => {
  expect(await described()).toEqual({ ok: true, value: { enabled: false, state: 'off', address: null } });
  await turn(true);
  const address = `http://${ref}.localhost`;
  expect(await described()).toEqual({ ok: true, value: { enabled: true, state: 'running', address } });
  expect(running()).toEqual([2]);
  expect(await runsOf(ref, world.ports.table)).toMatchObject([
    { tools: false },
    { tools: true, end: undefined },
  ]);
  await ask('pause');
  expect(await described()).toMatchObject({ value: { enabled: true, state: 'paused', address: null } });
  expect(running()).toEqual([]);
  await ask('restore');
  expect(await described()).toMatchObject({ value: { state: 'running' } });
  expect(running()).toEqual([2]);
  await ask('restart');
  expect(running()).toEqual([3]);
  await turn(false);
  expect(await described()).toMatchObject({ value: { enabled: false, state: 'off' } });
  expect(running()).toEqual([]);
  await ask('remove');
  expect(world.cloud.remnants(ref)).toEqual([]);
});

it('asked for twice are one change, and one event of the audit', async () => {
  await Promise.all([turn(true), turn(true)]);
  await turn(true);
  expect([(await found()).generation, await audited()]).toEqual([2, 1]);
});

it('asked for while the project rests come with its next start', async () => {
  await ask('pause');
  await turn(true);
  expect(await described()).toMatchObject({ value: { enabled: true, state: 'paused' } });
  await ask('restore');
  expect(await described()).toMatchObject({ value: { state: 'running' } });
});

it.each(['light', 'gone'])('are refused, with the reason, where the template is %s', async (template) => {
  await change({ template });
  const refusal = {
    ok: false,
    error: { code: 'not_implemented', message: expect.stringContaining(template) },
  };
  expect([await turn(true), await described()]).toMatchObject([refusal, refusal]);
  expect(await audited()).toBe(0);
});

const HAS = { wanted: true, stack: true, before: true };
const COMES = { wanted: true, stack: true, before: false };
const CAME_NOT = { wanted: true, stack: false, before: false };
const GOES = { wanted: false, stack: false, before: true };
const NONE = { wanted: false, stack: false, before: false };
const BEHIND = { wanted: 1, begun: 0 };

it.each([
  ['running', 'ACTIVE_HEALTHY', HAS, {}],
  ['running', 'RESTARTING', HAS, {}],
  ['starting', 'RESTARTING', COMES, {}],
  ['starting', 'ACTIVE_HEALTHY', CAME_NOT, { revision: BEHIND }],
  ['failed', 'ACTIVE_HEALTHY', CAME_NOT, {}],
  ['paused', 'INACTIVE', HAS, {}],
  ['stopping', 'RESTARTING', GOES, {}],
  ['off', 'ACTIVE_HEALTHY', GOES, {}],
  ['off', 'ACTIVE_HEALTHY', NONE, {}],
  ['off', 'INACTIVE', NONE, {}],
] as const)(
  'are %s while the project is %s and its stacks have them so: %j',
  async (state, status, tools, more) => {
    expect(toolsState({ ...(await found()), status, tools, ...more })).toBe(state);
  },
);
