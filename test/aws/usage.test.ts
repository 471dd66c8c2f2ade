import { CloudWatchClient, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { CreateLogStreamCommand, PutLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ProjectRef } from '../../functions/core/kernel/ids.ts';
import type { Plan } from '../../functions/contract/plans.ts';
import { systemActor } from '../../functions/core/organization/system-actor.ts';
import { changePlan } from '../../functions/core/usage/change-plan.ts';
import { idleAfter } from '../../functions/core/usage/idle-after.ts';
import { meterClusters } from '../../functions/core/usage/meter-clusters.ts';
import { hourOf, startOfHour } from '../../functions/core/usage/period.ts';
import { recordUsage } from '../../functions/core/usage/record-usage.ts';
import { restrictions } from '../../functions/core/usage/restriction.ts';
import { UsageStore } from '../../functions/core/usage/usage-store.ts';
import { CloudWatchClusterMetrics } from '../../functions/drivers/aws/cluster-metrics.ts';
import { CloudWatchEdgeLog } from '../../functions/drivers/aws/edge-log.ts';
import { resourceName } from '../../functions/drivers/aws/names.ts';
import { ingest } from '../../functions/jobs/ingest.ts';
import { meter } from '../../functions/jobs/meter.ts';
import { pauseIdle } from '../../functions/jobs/pause-idle.ts';
import { quotas } from '../../functions/jobs/quotas.ts';
import type { FunctionName } from '../../infra/control-plane/plan/entries.ts';
import { FakeServices } from '../fakes/fake-services.ts';
import { type AwsCall, aroundCalls, inFunction } from './around-calls.ts';
import { ControlPlane } from './control-plane.ts';
import { permissionsOf } from './permissions.ts';
import { type AwsWorld, createWorld } from './world.ts';

const DAY = 24 * 3600_000;
const GB = 1024 ** 3;

let world: AwsWorld;
let plane: ControlPlane;
let usage: UsageStore;
let ref: ProjectRef;
let cloudWatch: CloudWatchClient;
const services = new FakeServices();
const calls: AwsCall[] = [];

beforeAll(async () => {
  world = await createWorld();
  cloudWatch = new CloudWatchClient({ region: world.cell.region });
  aroundCalls({ ...world.clients, cloudWatch }, (call, send) => {
    calls.push(call);
    return send();
  });
  plane = new ControlPlane(world);
  usage = new UsageStore(world.table);
  ref = await plane.create();
  await plane.quiet();
  await on('free');
  const logGroupName = world.cell.edgeLogGroup;
  await world.admin.logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName: 'edge/nginx/1' }));
});
afterAll(() => world[Symbol.asyncDispose]());

async function on(plan: Plan): Promise<void> {
  const project = await plane.ports.projects.find(ref);
  if (project === undefined) expect.fail('no project');
  const actor = systemActor({ ip: '127.0.0.1', request_id: 'request' });
  await changePlan(project.value.organization, plan, actor, plane.ports);
}

const ports = () => ({ ...plane.ports, table: world.table, usage, services, refusedBy: 'stack' as const });

const run = {
  ingest: () =>
    ingest(
      {
        ...ports(),
        edgeLogs: new Map([[world.cell.id, new CloudWatchEdgeLog(world.cell, world.clients.logs)]]),
      },
      () => {},
    ),
  meter: () => meter({ ...ports(), clusterMetrics: () => new CloudWatchClusterMetrics(cloudWatch) }),
  quotas: () => quotas(ports()),
  pauseIdle: () => pauseIdle({ ...ports(), idleAfter: idleAfter(), dashboardUrl: 'https://app.example.com' }),
} satisfies Partial<Record<FunctionName, () => Promise<void>>>;

async function job(name: keyof typeof run): Promise<void> {
  await inFunction.run(name, run[name]);
  await plane.quiet();
}

let requests = 0;
/** What the edge writes of requests that are over now. */
async function log(lines: readonly (string | { readonly service: string; readonly bytes_out: number })[]) {
  const now = Date.now();
  const time = new Date(now).toISOString().replace(/\.\d+Z$/, '+00:00');
  const about = { time, ref, method: 'GET', status: 200, bytes_in: 1, duration: 0.1, outcome: 'project' };
  const logEvents = lines.map((line) => {
    const request_id = String((requests += 1)).padStart(32, '0');
    return {
      timestamp: now,
      message: typeof line === 'string' ? line : JSON.stringify({ ...about, request_id, ...line }),
    };
  });
  const logGroupName = world.cell.edgeLogGroup;
  await world.admin.logs.send(
    new PutLogEventsCommand({ logGroupName, logStreamName: 'edge/nginx/1', logEvents }),
  );
}

const thisHour = () => usage.hour(ref, hourOf(plane.ports.clock.now()));
/** CloudWatch does not show the millisecond that is not over. */
const later = () => plane.pass(10);

it('requests and egress are counted by what the edge has logged, once', async () => {
  await job('ingest');
  await log([
    { service: 'rest', bytes_out: 1200 },
    { service: 'storage', bytes_out: 70_000 },
    'nginx: something else',
  ]);
  later();
  await job('ingest');
  await log([{ service: 'rest', bytes_out: 300 }]);
  later();
  await job('ingest');
  expect(await thisHour()).toEqual({
    requests_rest: 2,
    egress_bytes_rest: 1500,
    requests_storage: 1,
    egress_bytes_storage: 70_000,
  });
  expect(plane.logged.splice(0)).toEqual([expect.stringContaining('lines of the log of an edge')]);
});

it('the runtime’s counters and the size of the database are read at the project', async () => {
  const body = 'process_start_time_seconds 1767225600\nlight_function_invocations_total 4\n';
  services.answers.set('/metrics', { status: 200, body });
  await job('meter');
  const counted = await thisHour();
  expect(counted).toMatchObject({ requests_rest: 2, function_invocations: 4 });
  expect(counted.database_bytes).toBeGreaterThan(5_000_000);
  expect(plane.logged).toEqual([]);
});

it('what a cluster of its own has been large is counted when its hour is over', async () => {
  const read = await plane.ports.projects.find(ref);
  if (read === undefined) expect.fail('no project');
  const now = plane.ports.clock.now().getTime();
  const hour = hourOf(new Date(now - 70 * 60_000));
  const Dimensions = [{ Name: 'DBClusterIdentifier', Value: resourceName(ref) }];
  const MetricData = [0, 1, 2].map((minute) => ({
    MetricName: 'ServerlessDatabaseCapacity',
    Dimensions,
    Timestamp: new Date(startOfHour(hour).getTime() + minute * 60_000),
    Value: 0.5 + minute,
  }));
  await cloudWatch.send(new PutMetricDataCommand({ Namespace: 'AWS/RDS', MetricData }));
  await plane.ports.projects.update(read, { ...read.value, tier: 'dedicated' });
  await world.table.write([{ kind: 'delete', key: { pk: 'CLUSTER_METRICS', sk: 'READ' }, if: 'any' }]);
  await inFunction.run('meter', () =>
    meterClusters({ ...ports(), clusterMetrics: () => new CloudWatchClusterMetrics(cloudWatch) }),
  );
  expect((await usage.hour(ref, hour)).database_acu_seconds).toBe(270);
  const changed = await plane.ports.projects.find(ref);
  if (changed !== undefined) await plane.ports.projects.update(changed, read.value);
});

it('a project past its plan is restricted, and free again on a plan that has room', async () => {
  const over = { ref, hour: hourOf(plane.ports.clock.now()), writer: 'test' };
  await recordUsage({ ...over, totals: { egress_bytes_rest: 6 * GB } }, { usage });
  const known = async () => (await restrictions(world.table, ref)).map(({ item }) => item);
  await job('quotas');
  expect(await known()).toEqual(['egress']);
  expect(world.sent.map(({ subject }) => subject)).toContainEqual(expect.stringContaining('of its Egress'));
  await on('pro');
  await job('quotas');
  expect(await known()).toEqual([]);
  await on('free');
  expect(plane.logged).toEqual([]);
});

it('a project that the log tells of is not paused, and another time, when nobody uses it, it is', async () => {
  const read = await plane.ports.projects.find(ref);
  if (read === undefined) expect.fail('no project');
  const long = new Date(plane.ports.clock.now().getTime() - 30 * DAY).toISOString();
  await plane.ports.projects.update(read, { ...read.value, created_at: long, active_since: long });
  await log([{ service: 'auth', bytes_out: 10 }]);
  later();
  await job('ingest');
  await job('pauseIdle');
  plane.pass(5 * DAY);
  await job('pauseIdle');
  expect(await plane.statusOf(ref)).toBe('ACTIVE_HEALTHY');
  expect(world.sent.filter(({ subject }) => /pause/i.test(subject))).toEqual([]);
  for (const days of [1.5, 1]) {
    plane.pass(days * DAY);
    await job('pauseIdle');
  }
  expect(world.sent.filter(({ subject }) => /pause/i.test(subject))).toHaveLength(1);
  expect([await plane.statusOf(ref), ...plane.logged]).toEqual(['INACTIVE']);
});

it.each(Object.keys(run).filter((name): name is keyof typeof run => name in run))(
  'what the function %s called of AWS is what it is granted: nothing is missing, and nothing unused',
  (name) => {
    const { missing, unused } = permissionsOf(name, calls);
    expect(missing).toEqual([]);
    // Workflows run here, and nothing fails. Of the table all may do the same, and not each does it here.
    const elsewhere = /^(dynamodb:(ConditionCheckItem|DeleteItem|Query)|rds-data:Rollback|states:Start)/;
    expect(unused.filter((each) => !elsewhere.test(each))).toEqual([]);
  },
);
