import { beforeEach, describe, expect, it } from 'vitest';
import { newStack } from '../../test/contracts/stack-fixture.ts';
import { World } from '../../test/faults/world.ts';
import { TransientError } from '../core/kernel/errors.ts';
import { cellIdSchema, type ProjectRef } from '../core/kernel/ids.ts';
import { beginTransition } from '../core/project/begin-transition.ts';
import type { Project } from '../core/project/project.ts';
import { Sightings } from '../core/project/sightings.ts';
import { sweep } from './sweep.ts';

const CELLS = [cellIdSchema.parse('local')];
const MINUTE = 60_000;

let world: World;
beforeEach(() => {
  world = new World();
});

const look = async () => {
  await sweep(CELLS, { ...world.ports, sightings: new Sightings(world.ports.table, world.ports.clock) });
  await world.quiet();
};
const left = (ref: ProjectRef) => world.cloud.remnants(ref).map(({ kind }) => kind);

describe('what belongs to no project', () => {
  it('goes when it has been seen for an hour, and not before', async () => {
    const { ref } = newStack();
    world.cloud.of(ref).objects = true;
    await look();
    world.pass(59 * MINUTE);
    await look();
    expect(left(ref)).toEqual(['objects']);
    world.pass(MINUTE);
    await look();
    expect(left(ref)).toEqual([]);
  });

  it('is not taken for what was seen under its name long ago', async () => {
    const { ref } = newStack();
    world.cloud.of(ref).objects = true;
    await look();
    world.cloud.of(ref).objects = false;
    world.pass(25 * 60 * MINUTE);
    world.cloud.of(ref).objects = true;
    await look();
    expect(left(ref)).toEqual(['objects']);
  });

  it('does not keep other things from going when it cannot go', async () => {
    const [stuck, other] = [newStack().ref, newStack().ref];
    world.cloud.of(stuck).objects = true;
    world.cloud.of(other).objects = true;
    await look();
    world.pass(60 * MINUTE);
    world.fail(({ port, method, time }) =>
      port === 'objects' && method === 'delete' && time === 1
        ? { at: 'before', error: new TransientError('busy') }
        : undefined,
    );
    await look();
    expect([left(stuck), left(other)]).toEqual([['objects'], []]);
    expect(world.logged).toEqual([expect.stringContaining('could not remove')]);
    await look();
    expect(left(stuck)).toEqual([]);
  });

  it('is nothing that a project has, however long it has had it', async () => {
    const { project } = await world.create();
    await world.quiet();
    const before = left(project.ref);
    await look();
    world.pass(48 * 60 * MINUTE);
    await look();
    expect(left(project.ref)).toEqual(before);
    expect(await world.statusOf(project.ref)).toBe('ACTIVE_HEALTHY');
  });
});

describe('the database of a paused project', () => {
  /** A paused project whose database has been started by nobody here. */
  async function restarted(tier: Project['tier']): Promise<ProjectRef> {
    const { ref } = (await world.create()).project;
    await world.quiet();
    await beginTransition(ref, 'pause', world.actor, world.ports);
    await world.quiet();
    const read = await world.ports.projects.find(ref);
    if (read !== undefined) await world.ports.projects.update(read, { ...read.value, tier });
    const { database } = world.cloud.of(ref);
    if (database !== undefined) database.state = 'available';
    return ref;
  }

  it('is stopped again when AWS has started it', async () => {
    const ref = await restarted('dedicated');
    await look();
    expect(world.cloud.of(ref).database?.state).toBe('stopped');
    expect(await world.statusOf(ref)).toBe('INACTIVE');
    expect(world.logged).toEqual([]);
  });

  it('is not asked for on a shared cluster, which would keep that awake', async () => {
    await restarted('pooled');
    const asked: string[] = [];
    world.fail(({ port, method }) => {
      if (port === 'databases') asked.push(method);
      return undefined;
    });
    await look();
    expect(asked).toEqual([]);
  });

  it('is left to a resume that has begun meanwhile', async () => {
    const ref = await restarted('dedicated');
    world.fail(({ port, method }) => {
      if (port === 'databases' && method === 'state') {
        world.fail(() => undefined);
        void beginTransition(ref, 'restore', world.actor, world.ports);
      }
      return undefined;
    });
    await look();
    expect(await world.statusOf(ref)).toBe('ACTIVE_HEALTHY');
    expect(world.cloud.of(ref).database?.state).toBe('available');
  });
});
