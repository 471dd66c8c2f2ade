import { DescribeDBClustersCommand, StartDBClusterCommand } from '@aws-sdk/client-rds';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Sightings } from '../../functions/core/project/sightings.ts';
import type { ProjectRef } from '../../functions/core/kernel/ids.ts';
import { resourceName } from '../../functions/drivers/aws/names.ts';
import { sweep } from '../../functions/jobs/sweep.ts';
import { contentsOf } from './contents.ts';
import { ControlPlane } from './control-plane.ts';
import { type AwsWorld, createWorld } from './world.ts';

let world: AwsWorld;
let plane: ControlPlane;
beforeAll(async () => {
  world = await createWorld({ small: true });
  plane = new ControlPlane(world);
});
afterAll(() => world[Symbol.asyncDispose]());

async function look(): Promise<void> {
  const sightings = new Sightings(world.table, plane.ports.clock);
  await sweep([world.cell.id], { ...plane.ports, table: world.table, sightings });
  await plane.quiet();
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
    await forget(lost);
    const orphaned = await contentsOf(world);
    await look();
    expect(await contentsOf(world)).toEqual(orphaned);
    // A cluster takes its instance along in a second round.
    for (let round = 0; round < 2; round += 1) {
      plane.pass(60 * 60_000);
      await look();
    }
    expect(await contentsOf(world)).toEqual(before);
    expect(plane.logged).toEqual([]);
    expect(await plane.statusOf(kept)).toBe('ACTIVE_HEALTHY');
    expect(await world.drivers.inventory.refs()).toContain(kept);
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
});
