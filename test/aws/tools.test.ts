import {
  DeleteServiceCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  ListTasksCommand,
} from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ProjectRef } from '../../functions/core/kernel/ids.ts';
import { Sightings } from '../../functions/core/project/sightings.ts';
import { describeTools } from '../../functions/core/project/tools.ts';
import { partName } from '../../functions/drivers/aws/names.ts';
import { sweep } from '../../functions/jobs/sweep.ts';
import { type Around, type AwsCall, aroundCalls, inFunction } from './around-calls.ts';
import { contentsOf } from './contents.ts';
import { ControlPlane } from './control-plane.ts';
import { permissionsOf } from './permissions.ts';
import { type AwsWorld, createWorld } from './world.ts';

let world: AwsWorld;
let plane: ControlPlane;
let before: readonly string[];
let ref: ProjectRef;
let around: Around = (_, send) => send();
const calls: AwsCall[] = [];

beforeAll(async () => {
  world = await createWorld({ small: true });
  aroundCalls(world.clients, (call, send) => {
    calls.push(call);
    return around(call, send);
  });
  plane = new ControlPlane(world);
  before = await contentsOf(world);
  ref = await plane.create({ template: 'full' });
  await plane.quiet();
});
afterAll(() => world[Symbol.asyncDispose]());

async function state(): Promise<unknown> {
  const read = await plane.ports.projects.find(ref);
  if (read === undefined) return 'gone';
  const described = await describeTools(read.value, plane.ports);
  return described.ok ? [read.value.status, described.value.state] : described.error.code;
}

const turn = async (enabled: boolean) => {
  await plane.tools(ref, enabled);
  await plane.quiet();
};
const rested = async (request: 'pause' | 'restore' | 'remove') => {
  await plane.ask(ref, request);
  await plane.quiet();
};

async function serviceOf(part: 'project' | 'tools') {
  const named = { cluster: world.cell.ecsClusterArn, services: [partName(ref, part)] };
  const { services: [service] = [] } = await world.admin.ecs.send(new DescribeServicesCommand(named));
  const [set] = service?.taskSets ?? [];
  const { taskDefinition } =
    set === undefined
      ? {}
      : await world.admin.ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: set.taskDefinition }));
  return {
    status: service?.status,
    sets: service?.taskSets ?? [],
    containers: taskDefinition?.containerDefinitions ?? [],
  };
}

/** What there is of tools, by kind. */
async function toolsLeft(): Promise<readonly string[]> {
  const family = partName(ref, 'tools');
  const found = await world.drivers.inventory.list(ref);
  const { taskArns: tasks = [] } = await world.admin.ecs.send(
    new ListTasksCommand({ cluster: world.cell.ecsClusterArn, family, desiredStatus: 'RUNNING' }),
  );
  const named = found.filter(({ name }) => name.includes(family)).map(({ kind }) => kind);
  const entries = found.filter(({ kind }) => kind === 'servicediscovery:service').slice(1);
  return [...named, ...tasks.map(() => 'ecs:task'), ...entries.map(({ kind }) => kind)].toSorted();
}

async function look(): Promise<void> {
  const ports = { ...plane.ports, sightings: new Sightings(world.table, plane.ports.clock) };
  await inFunction.run('sweep', () => sweep([world.cell.id], ports));
  await plane.quiet();
}

it('come up beside the project as a service of their own, to which its gateway leads', async () => {
  expect([await state(), await toolsLeft()]).toEqual([['ACTIVE_HEALTHY', 'off'], []]);
  await turn(true);
  expect(await state()).toEqual(['ACTIVE_HEALTHY', 'running']);
  const tools = await serviceOf('tools');
  expect(tools.sets).toMatchObject([{ externalId: '2', status: 'PRIMARY', serviceRegistries: [{}] }]);
  expect(tools.containers.map(({ name }) => name)).toEqual(['kong', 'studio', 'analytics', 'vector']);
  const secret = await world.drivers.secrets.read(ref);
  const told = JSON.stringify(tools.containers);
  expect(told).toContain(':functions_password::');
  for (const value of [secret?.db_password, secret?.service_password, secret?.jwt_secret])
    expect(told).not.toContain(value);
  const host = `${ref}-tools.${world.cell.id}.internal:8000`;
  expect(JSON.stringify((await serviceOf('project')).containers)).toContain(`http://${host}/`);
  expect(await toolsLeft()).toEqual([
    'ecs:service',
    'ecs:task',
    'ecs:task-definition',
    'servicediscovery:service',
  ]);
});

it('rest with the project, and come back with it', async () => {
  await rested('pause');
  expect(await state()).toEqual(['INACTIVE', 'paused']);
  expect(await toolsLeft()).not.toContain('ecs:task');
  await rested('restore');
  expect(await state()).toEqual(['ACTIVE_HEALTHY', 'running']);
  expect(await toolsLeft()).toContain('ecs:task');
});

it('are brought back when they are gone', async () => {
  const service = partName(ref, 'tools');
  await world.admin.ecs.send(
    new DeleteServiceCommand({ cluster: world.cell.ecsClusterArn, service, force: true }),
  );
  expect(await toolsLeft()).not.toContain('ecs:service');
  await look();
  expect(await state()).toEqual(['ACTIVE_HEALTHY', 'running']);
  expect(await toolsLeft()).toContain('ecs:service');
});

it('leave nothing when they are stopped', async () => {
  await turn(false);
  expect([await state(), await toolsLeft()]).toEqual([['ACTIVE_HEALTHY', 'off'], []]);
  expect((await serviceOf('project')).sets).toMatchObject([{ externalId: '3', status: 'PRIMARY' }]);
  expect(JSON.stringify((await serviceOf('project')).containers)).not.toContain('-tools.');
});

it('leave nothing when they do not come up, and the project runs on without them', async () => {
  world.sickly.add('4');
  await turn(true);
  world.sickly.clear();
  expect([await state(), await toolsLeft()]).toEqual([['ACTIVE_HEALTHY', 'failed'], []]);
  expect((await serviceOf('project')).sets).toMatchObject([{ externalId: '3', status: 'PRIMARY' }]);
  plane.logged.splice(0);
  await turn(true);
  expect(await state()).toEqual(['ACTIVE_HEALTHY', 'running']);
});

const THROTTLE = Object.assign(new Error('Rate exceeded'), { name: 'ThrottlingException' });
const TIMEOUT = Object.assign(new Error('socket hang up'), { name: 'TimeoutError' });

it.each([
  ['throttled', async () => Promise.reject(THROTTLE)],
  [
    'lost on its way back',
    async (send: () => Promise<unknown>) => send().then(() => Promise.reject(TIMEOUT)),
  ],
] as const)('stop and start all the same when the first call of each action is %s', async (_, fail) => {
  const failed = new Set<string>();
  const suffer: typeof turn = async (enabled) => {
    failed.clear();
    around = async ({ service, action }, send) => {
      const name = `${service} ${action}`;
      if (failed.has(name) || !/^(ECS|ServiceDiscovery) /.test(name)) return send();
      failed.add(name);
      await fail(send);
      return send();
    };
    await turn(enabled);
    around = (__, send) => send();
    plane.logged.splice(0);
    expect(failed.size).toBeGreaterThan(5);
  };
  await suffer(false);
  expect([await state(), await toolsLeft()]).toEqual([['ACTIVE_HEALTHY', 'off'], []]);
  await suffer(true);
  expect([await state(), (await serviceOf('tools')).sets.length]).toEqual([['ACTIVE_HEALTHY', 'running'], 1]);
});

it('go with the project, also where its record is lost', async () => {
  const kept = ref;
  ref = await plane.create({ template: 'full' });
  await plane.quiet();
  await turn(true);
  const lost = await plane.ports.projects.find(ref);
  if (lost !== undefined) await plane.ports.projects.remove(lost);
  for (let round = 0; round < 3; round += 1) {
    await look();
    plane.pass(60 * 60_000);
  }
  ref = kept;
  await rested('remove');
  expect(await plane.ports.projects.certificate(ref)).toMatchObject({ remnants: 0 });
  expect(await contentsOf(world)).toEqual(before);
  expect(plane.logged).toEqual([]);
});

it('take no more of AWS than what the functions are granted', () => {
  expect(permissionsOf('step', calls).missing).toEqual([]);
  expect(permissionsOf('sweep', calls).missing).toEqual([]);
});
