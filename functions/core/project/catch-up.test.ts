import { beforeEach, describe, expect, it } from 'vitest';
import { World } from '../../../test/faults/world.ts';
import type { ProjectRef } from '../kernel/ids.ts';
import { runStep } from '../../workflows/run-step.ts';
import { beginTransition } from './begin-transition.ts';
import { catchUp } from './catch-up.ts';
import { ProjectStore } from './project-store.ts';
import type { Project } from './project.ts';

let world: World;
let ref: ProjectRef;

beforeEach(async () => {
  world = new World();
  ({ ref } = (await world.create()).project);
  await world.quiet();
});

async function found() {
  const project = await world.ports.projects.find(ref);
  if (project === undefined) throw new Error('the project is gone');
  return project;
}

/** Something that the stack is made from changes. */
async function change(more: Partial<Project> = {}): Promise<void> {
  const read = await found();
  const { revision } = read.value;
  const next = { ...read.value, revision: { ...revision, wanted: revision.wanted + 1 }, ...more };
  expect((await world.ports.projects.update(read, next)).ok).toBe(true);
}

/** Somebody else writes just before its first own write. */
class InterruptedStore extends ProjectStore {
  interruption: (() => Promise<void>) | undefined;

  override async update(...given: Parameters<ProjectStore['update']>) {
    const { interruption } = this;
    this.interruption = undefined;
    await interruption?.();
    return super.update(...given);
  }
}

describe('a project that lags', () => {
  it('gets a new stack, and only one', async () => {
    await change();
    await change();
    await Promise.all([catchUp(ref, world.ports), catchUp(ref, world.ports)]);
    await world.quiet();
    expect((await found()).value).toMatchObject({
      status: 'ACTIVE_HEALTHY',
      generation: 2,
      revision: { wanted: 2, begun: 2 },
    });
    expect([...world.cloud.of(ref).stacks.keys()]).toEqual([2]);
  });

  it('gets another one when it changes while a new stack comes up', async () => {
    await beginTransition(ref, 'restart', world.actor, world.ports);
    await change();
    await catchUp(ref, world.ports);
    await world.quiet();
    expect((await found()).value).toMatchObject({ generation: 3, revision: { wanted: 1, begun: 1 } });
  });

  it('is left alone while it is paused, and comes back with a new stack alone', async () => {
    await beginTransition(ref, 'pause', world.actor, world.ports);
    await world.quiet();
    await change();
    await catchUp(ref, world.ports);
    expect((await found()).value).toMatchObject({ status: 'INACTIVE', generation: 1 });
    await beginTransition(ref, 'restore', world.actor, world.ports);
    await world.quiet();
    expect((await found()).value).toMatchObject({
      status: 'ACTIVE_HEALTHY',
      generation: 2,
      revision: { wanted: 1, begun: 1 },
    });
    expect([...world.cloud.of(ref).stacks.keys()]).toEqual([2]);
  });

  it('does not make a workflow lose its project when the change comes while it records its end', async () => {
    await beginTransition(ref, 'restart', world.actor, world.ports);
    const { execution } = (await found()).value;
    const projects = new InterruptedStore(world.table);
    projects.interruption = change;
    const payload = { workflow: 'redeploy', position: 6, event: 'redeployed', input: { ref, execution } };
    await runStep({ ...payload, step: 'settle' }, { ...world.ports, projects });
    expect((await found()).value).toMatchObject({ status: 'ACTIVE_HEALTHY', revision: { wanted: 1 } });
    await world.quiet();
  });
});
