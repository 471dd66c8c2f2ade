import { DescribeDBClustersCommand, ModifyDBClusterCommand } from '@aws-sdk/client-rds';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Stack } from '../../functions/core/project/stack.ts';
import { resourceName, siblingName } from '../../functions/drivers/aws/names.ts';
import { newStack } from '../contracts/stack-fixture.ts';
import { aroundCalls } from './around-calls.ts';
import { contentsOf } from './contents.ts';
import { type AwsWorld, createWorld } from './world.ts';

/** A recovery that is given up half-way, and what becomes of what it leaves. */
let world: AwsWorld;
let stack: Stack;
/** The next calls of an action that are allowed, before it is refused. */
let left = new Map<string, number>();
beforeAll(async () => {
  world = await createWorld({ small: true });
  aroundCalls(world.clients, async ({ action }, send) => {
    const calls = left.get(action);
    if (calls === 0) throw Object.assign(new Error('not now'), { name: 'AccessDeniedException' });
    if (calls !== undefined) left.set(action, calls - 1);
    return send();
  });
});
afterAll(() => world[Symbol.asyncDispose]());

const BACKUP = 1_700_000_000_000;
const RECOVERY = { id: BACKUP + 1, backup: BACKUP, until: null };

beforeEach(async () => {
  left = new Map();
  stack = newStack({ tier: 'dedicated', cell: world.cell.id });
  await world.drivers.databases.create(stack);
  await world.drivers.backups.take(stack, { id: BACKUP, name: null });
});

/** Until it is done, or an action is refused. */
async function recoverUntil(refused: string, calls: number): Promise<void> {
  left = new Map([[refused, calls]]);
  const recover = async (): Promise<void> => {
    if (!(await world.drivers.backups.recover(stack, RECOVERY))) await recover();
  };
  await expect(recover()).rejects.toThrow('AWS did not permit');
  left = new Map();
}

async function clusters(): Promise<readonly string[]> {
  const { DBClusters = [] } = await world.admin.rds.send(new DescribeDBClustersCommand({}));
  return DBClusters.flatMap(({ DBClusterIdentifier: name = '' }) =>
    name.startsWith(resourceName(stack.ref)) ? [name.slice(resourceName(stack.ref).length)] : [],
  ).toSorted();
}

/** Calls that only begin things are made again while they say that those are not done. */
async function begin(work: () => Promise<void>): Promise<void> {
  await work().catch(work);
}

const backups = async () =>
  (await world.drivers.backups.list(stack)).map(({ id }) => id).toSorted((a, b) => a - b);

it('deletes the new cluster that never came to serve, when the database is stopped', async () => {
  await recoverUntil('EnableHttpEndpoint', 0);
  expect(await clusters()).toEqual(['', `-next-${RECOVERY.id}`]);
  await begin(() => world.drivers.databases.stop(stack));
  expect(await clusters()).toEqual(['']);
  expect(await world.drivers.databases.state(stack)).toBe('stopped');
  expect(await backups()).toEqual([BACKUP]);
});

it.each(['start', 'stop'] as const)(
  'gives the old cluster its name back between the two renamings, at the next %s',
  async (next) => {
    // The master user’s secret and one renaming.
    await recoverUntil('ModifyDBCluster', 2);
    expect(await clusters()).toEqual([`-next-${RECOVERY.id}`, `-old-${RECOVERY.id}`]);
    expect(await world.drivers.databases.state(stack)).toBe('absent');
    await expect(world.drivers.databases[next](stack)).rejects.toMatchObject({ name: 'TransientError' });
    await world.drivers.databases[next](stack);
    await world.drivers.databases.stop(stack);
    expect(await clusters()).toEqual(['']);
    expect(await backups()).toEqual([BACKUP]);
  },
);

it('goes on where it was between the two renamings, when it is asked again', async () => {
  await recoverUntil('ModifyDBCluster', 2);
  while (!(await world.drivers.backups.recover(stack, RECOVERY)));
  expect(await clusters()).toEqual(['']);
  expect(await backups()).toEqual([BACKUP, RECOVERY.id]);
});

it('keeps the data that served until then as a backup, whoever deletes the old cluster', async () => {
  await recoverUntil('DeleteDBInstance', 0);
  expect(await clusters()).toEqual(['', `-old-${RECOVERY.id}`]);
  await world.drivers.databases.stop(stack);
  expect(await clusters()).toEqual(['']);
  expect(await backups()).toEqual([BACKUP, RECOVERY.id]);
});

it('leaves nothing at all when the project goes', async () => {
  await recoverUntil('ModifyDBCluster', 2);
  const name = siblingName(stack.ref, 'next', RECOVERY.id - 5);
  await world.admin.rds.send(
    new ModifyDBClusterCommand({
      DBClusterIdentifier: siblingName(stack.ref, 'old', RECOVERY.id),
      NewDBClusterIdentifier: name,
    }),
  );
  for (let round = 0; round < 3; round += 1) await world.drivers.databases.delete(stack);
  expect((await contentsOf(world)).filter((each) => each.includes(stack.ref))).toEqual([]);
  expect(await world.drivers.inventory.list(stack.ref)).toEqual([]);
});
