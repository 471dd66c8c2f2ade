import { CreateLogStreamCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  CreateDBClusterSnapshotCommand,
  DescribeDBClustersCommand,
  StartDBClusterCommand,
  StopDBClusterCommand,
} from '@aws-sdk/client-rds';
import { CreateMultipartUploadCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Sightings } from '../../functions/core/project/sightings.ts';
import type { ProjectRef } from '../../functions/core/kernel/ids.ts';
import { resourceName } from '../../functions/drivers/aws/names.ts';
import { sweep } from '../../functions/jobs/sweep.ts';
import { type AwsCall, aroundCalls, inFunction } from './around-calls.ts';
import { contentsOf } from './contents.ts';
import { ControlPlane } from './control-plane.ts';
import { permissionsOf } from './permissions.ts';
import { type AwsWorld, createWorld } from './world.ts';

let world: AwsWorld;
let plane: ControlPlane;
const calls: AwsCall[] = [];
beforeAll(async () => {
  world = await createWorld({ small: true });
  aroundCalls(world.clients, (call, send) => {
    calls.push(call);
    return send();
  });
  plane = new ControlPlane(world);
});
afterAll(() => world[Symbol.asyncDispose]());

async function look(): Promise<void> {
  const sightings = new Sightings(world.table, plane.ports.clock);
  const ports = { ...plane.ports, table: world.table, sightings };
  await inFunction.run('sweep', () => sweep([world.cell.id], ports));
  await plane.quiet();
}

/** With a snapshot beside it, which outlives it. */
async function leaveStopped(ref: ProjectRef): Promise<void> {
  const DBClusterIdentifier = resourceName(ref);
  const snapshot = { DBClusterIdentifier, DBClusterSnapshotIdentifier: `${DBClusterIdentifier}-1` };
  await world.admin.rds.send(new CreateDBClusterSnapshotCommand(snapshot));
  await world.admin.rds.send(new StopDBClusterCommand({ DBClusterIdentifier }));
}

/** As if its record had been lost with all else that the control plane knew. */
async function forget(ref: ProjectRef): Promise<void> {
  const read = await plane.ports.projects.find(ref);
  if (read !== undefined) await plane.ports.projects.remove(read);
}

const rested = async (ref: ProjectRef, ask: 'pause' | 'restore') => {
  await plane.ask(ref, ask);
  await plane.quiet();
};

it.each(['pooled', 'dedicated'] as const)(
  'what is left of a %s project without a record goes after an hour, and nothing of another project',
  async (tier) => {
    const kept = await plane.create({ tier });
    await plane.quiet();
    const before = await contentsOf(world);
    const lost = await plane.create({ tier });
    await plane.quiet();
    const { bucket: Bucket } = world.cell;
    await world.admin.s3.send(new PutObjectCommand({ Bucket, Key: `${lost}/a.png`, Body: 'a' }));
    await world.admin.s3.send(new CreateMultipartUploadCommand({ Bucket, Key: `${lost}/b.png` }));
    const project = { ref: lost, organization: 'acme', cell: world.cell.id };
    await world.drivers.hostnames.attach(project, `${tier}.example.org`);
    const logStreamName = `${lost}/light/0123456789abcdef`;
    const logs = { logGroupName: world.cell.projectLogGroup, logStreamName };
    await world.admin.logs.send(new CreateLogStreamCommand(logs));
    if (tier === 'dedicated') await leaveStopped(lost);
    await forget(lost);
    const orphaned = await contentsOf(world);
    await look();
    expect(await contentsOf(world)).toEqual(orphaned);
    // A stopped cluster is started in one round, and goes in another with its instance.
    for (let round = 0; round < 3; round += 1) {
      plane.pass(60 * 60_000);
      await look();
    }
    expect(await contentsOf(world)).toEqual(before);
    expect(plane.logged).toEqual([]);
    expect(await plane.statusOf(kept)).toBe('ACTIVE_HEALTHY');
    expect(await world.drivers.inventory.refs()).toContain(kept);
    await plane.ask(kept, 'remove');
    await plane.quiet();
  },
);

it('a cluster that AWS has started while its project is paused is stopped again', async () => {
  const ref = await plane.create({ tier: 'dedicated' });
  await plane.quiet();
  await rested(ref, 'pause');
  const DBClusterIdentifier = resourceName(ref);
  const status = async () => {
    const found = await world.admin.rds.send(new DescribeDBClustersCommand({ DBClusterIdentifier }));
    return found.DBClusters?.[0]?.Status;
  };
  await world.admin.rds.send(new StartDBClusterCommand({ DBClusterIdentifier }));
  expect(await status()).toBe('available');
  await look();
  expect([await status(), await plane.statusOf(ref)]).toEqual(['stopped', 'INACTIVE']);
  await rested(ref, 'restore');
  expect([await status(), await plane.statusOf(ref)]).toEqual(['available', 'ACTIVE_HEALTHY']);
  await plane.ask(ref, 'remove');
  await plane.quiet();
});

it('what the sweep called of AWS is what it is granted: nothing is missing, and nothing unused', () => {
  const { missing, unused } = permissionsOf('sweep', calls);
  expect(missing).toEqual([]);
  // The table is not AWS's here, nor are the workflows.
  expect(unused.filter((each) => !each.startsWith('dynamodb:'))).toEqual(['states:StartExecution']);
});
