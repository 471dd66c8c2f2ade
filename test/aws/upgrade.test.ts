import { DescribeServicesCommand } from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ProjectRef } from '../../functions/core/kernel/ids.ts';
import { resourceName } from '../../functions/drivers/aws/names.ts';
import { CATALOGUE } from '../../templates/catalogue.ts';
import { type AwsCall, aroundCalls } from './around-calls.ts';
import { ControlPlane } from './control-plane.ts';
import { permissionsOf } from './permissions.ts';
import { type AwsWorld, createWorld } from './world.ts';

const OLD = '0.0.1';
const version = CATALOGUE.templates[0]?.version;

let world: AwsWorld;
let plane: ControlPlane;
let ref: ProjectRef;
const calls = new Map<string, AwsCall>();

beforeAll(async () => {
  world = await createWorld();
  aroundCalls(world.clients, async (call, send) => {
    calls.set(JSON.stringify(call), call);
    return send();
  });
  plane = new ControlPlane(world);
  ref = await plane.create();
  await plane.quiet();
  await query('create table kept as select 1 as id');
  await query('drop publication supabase_realtime');
  await plane.recordVersion(ref, OLD);
});
afterAll(() => world[Symbol.asyncDispose]());

const query = (sql: string) => world.drivers.databases.query(ref, { sql, readOnly: false });

/** What runs, of which version it is said to be, and whether the database has what the SQL makes. */
async function state() {
  const publication = await query("select 1 from pg_publication where pubname = 'supabase_realtime'");
  const { status, template_version, coming_version } = (await plane.ports.projects.find(ref))?.value ?? {};
  const wanted = { cluster: world.cell.ecsClusterArn, services: [resourceName(ref)] };
  const { services = [] } = await world.clients.ecs.send(new DescribeServicesCommand(wanted));
  return {
    status,
    version: template_version,
    coming: coming_version,
    stacks: services[0]?.taskSets?.map((set) => [set.externalId, set.status, set.runningCount]),
    furnished: publication.ok && publication.value.length === 1,
  };
}

const RUNS = { status: 'ACTIVE_HEALTHY', version: OLD, coming: null, stacks: [['1', 'PRIMARY', 1]] };

it('a project that wakes is of the version that it was put to sleep in', async () => {
  for (const request of ['pause', 'restore'] as const) {
    await plane.ask(ref, request);
    await plane.quiet();
  }
  expect(await state()).toEqual({ ...RUNS, furnished: false });
});

it('one whose new stack does not come up stays what it is, on the newer SQL, and says why', async () => {
  world.sickly.add('2');
  await plane.upgrade(ref);
  await plane.quiet();
  world.sickly.clear();
  expect(await state()).toEqual({ ...RUNS, furnished: true });
  expect((await plane.ports.projects.find(ref))?.value.failure).toContain('Not healthy yet');
  expect(await query('select id from kept')).toEqual({ ok: true, value: [{ id: 1 }] });
});

it('one that is upgraded is of the newest version, with the SQL of that and its own data', async () => {
  await query('drop publication supabase_realtime');
  await plane.upgrade(ref);
  await plane.quiet();
  expect(await state()).toEqual({ ...RUNS, version, stacks: [['2', 'PRIMARY', 1]], furnished: true });
  expect(await query('select id from kept')).toEqual({ ok: true, value: [{ id: 1 }] });
});

it('takes no permission that the step function is not granted', () => {
  expect(permissionsOf('step', calls.values()).missing).toEqual([]);
});
