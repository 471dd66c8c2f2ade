import { beforeEach, describe, expect, it } from 'vitest';
import { World } from '../../test/faults/world.ts';
import type { Project } from '../core/project/project.ts';
import { reconcile } from './reconcile.ts';
import { repairDrift } from './repair-drift.ts';

let world: World;
let project: Project;
beforeEach(async () => {
  world = new World();
  ({ project } = await world.create());
  await world.quiet();
});

const look = async () => {
  await repairDrift(world.ports);
  await world.quiet();
};
const things = () => world.cloud.of(project.ref);
const record = async () => (await world.ports.projects.find(project.ref))?.value;
const notes = async () =>
  (await world.ports.projects.events(project.ref)).flatMap(({ step, message }) =>
    step === 'note' ? [message] : [],
  );

async function expectWhole(): Promise<void> {
  const { generation = 0, status } = (await record()) ?? {};
  expect(status).toBe('ACTIVE_HEALTHY');
  const { database, published, stacks, secret } = things();
  expect({ state: database?.state, published, stacks: [...stacks.keys()] }).toEqual({
    state: 'available',
    published: true,
    stacks: [generation],
  });
  expect(database?.ownerPassword).toBe(secret?.db_password);
}

describe('of a project that runs', () => {
  it.each([
    ['database', 'Its database does not run, and is started.', () => stopDatabase()],
    ['services', 'Its services do not run, and are started.', () => things().stacks.clear()],
    ['address', 'Its address leads nowhere, and is opened.', () => void (things().published = false)],
    ['secret', 'Its keys and passwords are gone, and it gets new ones.', () => void delete things().secret],
  ])('a %s that is gone comes back, and the events say so', async (_, message, lose) => {
    lose();
    await look();
    await expectWhole();
    expect(await notes()).toEqual([message]);
    await look();
    expect(await notes()).toHaveLength(1);
  });

  it('nothing is touched where nothing is gone', async () => {
    const before = await record();
    await look();
    expect(await record()).toEqual(before);
  });
});

it('the secret comes back though the process dies between the database and it', async () => {
  delete things().secret;
  let died = false;
  world.fail(({ port, method }) => {
    if (died || port !== 'secrets' || method !== 'create') return undefined;
    died = true;
    return { at: 'before', error: new TypeError('died') };
  });
  await look();
  world.pass(2 * 3600_000);
  await reconcile('tick', world.ports);
  await world.quiet();
  await expectWhole();
  expect((await notes()).at(-1)).toContain('It was still RESTARTING at');
});

function stopDatabase(): void {
  const { database } = things();
  if (database !== undefined) database.state = 'stopped';
}
