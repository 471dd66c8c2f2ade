import { DBClusterQuotaExceededFault } from '@aws-sdk/client-rds';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ProjectRef } from '../../functions/core/kernel/ids.ts';
import { newStack } from '../contracts/stack-fixture.ts';
import type { WorkflowDocument } from '../../functions/workflows/asl.ts';
import { DOCUMENTS } from '../../functions/workflows/documents.ts';
import { type Around, aroundCalls } from './around-calls.ts';
import { contentsOf } from './contents.ts';
import { ControlPlane } from './control-plane.ts';
import { addressOf } from './emulators.ts';
import { type StepFunctions, startStepFunctions } from './step-functions.ts';
import { type AwsWorld, createWorld } from './world.ts';

let world: AwsWorld;
let machines: StepFunctions;
let plane: ControlPlane;
let before: readonly string[];
let around: Around = (_, send) => send();

beforeAll(async () => {
  world = await createWorld({ small: true });
  aroundCalls(world.clients, (call, send) => around(call, send));
  machines = await startStepFunctions(addressOf('MINISTACK_URL'));
  plane = new ControlPlane(world, (step) => machines.workflows(step));
  before = await contentsOf(world);
});
afterAll(async () => {
  await machines[Symbol.asyncDispose]();
  await world[Symbol.asyncDispose]();
});

/** Where the project rests when its workflow is over, and the way that it took. */
async function rests(ref: ProjectRef) {
  const execution = (await plane.ports.projects.find(ref))?.value.execution ?? '';
  await plane.quiet();
  return { project: await plane.statusOf(ref), ...(await machines.history(execution)) };
}

/** The states from one to the end when nothing goes wrong. The emulator’s histories do not have those of branches. */
function wayOf(document: WorkflowDocument, from = document.StartAt): readonly string[] {
  const state = document.States[from];
  if (state === undefined) throw new Error(`there is no state ${from}`);
  const next = state.Type === 'Choice' ? state.Default : 'Next' in state ? state.Next : undefined;
  return next === undefined ? [from] : [from, ...wayOf(document, next)];
}

describe('Step Functions with the documents of the workflows', () => {
  let ref: ProjectRef;

  it('creates a project', async () => {
    ref = await plane.create();
    const { states, ...rest } = await rests(ref);
    expect(rest).toEqual({ project: 'ACTIVE_HEALTHY', status: 'SUCCEEDED' });
    expect(states).toEqual(wayOf(DOCUMENTS.provision));
  });

  it('asks again while something is not ready', async () => {
    let looks = 0;
    around = async (call, send) => {
      if (call.action === 'DescribeServices' && (looks += 1) < 5) {
        throw Object.assign(new Error('Rate exceeded'), { name: 'ThrottlingException' });
      }
      return send();
    };
    await plane.ask(ref, 'pause');
    expect(await rests(ref)).toEqual({
      project: 'INACTIVE',
      status: 'SUCCEEDED',
      states: wayOf(DOCUMENTS.pause),
    });
    expect(looks).toBeGreaterThan(5);
  });

  it('restores a project', async () => {
    await plane.ask(ref, 'restore');
    expect(await rests(ref)).toEqual({
      project: 'ACTIVE_HEALTHY',
      status: 'SUCCEEDED',
      states: wayOf(DOCUMENTS.resume),
    });
  });

  it('goes back to the stack that served when the next one does not come up', async () => {
    world.sickly.add('2');
    await plane.ask(ref, 'restart');
    const { states, ...rest } = await rests(ref);
    world.sickly.clear();
    expect(rest).toEqual({ project: 'ACTIVE_HEALTHY', status: 'FAILED' });
    const back = wayOf(DOCUMENTS.redeploy, 'RollBack');
    expect(states.slice(-back.length - 1)).toEqual(['AwaitHealthy', ...back]);
  });

  it('replaces the stack', async () => {
    await plane.ask(ref, 'restart');
    const { states, ...rest } = await rests(ref);
    expect(rest).toEqual({ project: 'ACTIVE_HEALTHY', status: 'SUCCEEDED' });
    expect(states).toEqual(wayOf(DOCUMENTS.redeploy));
  });

  it('deletes a project, round and round until nothing is left', async () => {
    let proofs = 0;
    around = async (call, send) => {
      const answer = await send();
      if (call.action === 'DeleteSecret' && (proofs += 1) === 1) {
        await world.drivers.objects.prepare(newStack({ ref, cell: world.cell.id }));
      }
      return answer;
    };
    await plane.ask(ref, 'remove');
    const { states, ...rest } = await rests(ref);
    expect(rest).toEqual({ project: 'GONE', status: 'SUCCEEDED' });
    expect(states.filter((name) => name === 'WaitForRemnants')).toHaveLength(1);
    expect(await plane.ports.projects.certificate(ref)).toMatchObject({ remnants: 0 });
    expect(await contentsOf(world)).toEqual(before);
  });

  it('undoes a creation that fails, and not before both its branches have ended', async () => {
    const order: string[] = [];
    around = async (call, send) => {
      if (call.action === 'CreateDBCluster') throw QUOTA;
      order.push(call.action);
      return send();
    };
    const failed = await plane.create({ tier: 'dedicated' });
    const { states, ...rest } = await rests(failed);
    around = (_, send) => send();
    expect(rest).toEqual({ project: 'INIT_FAILED', status: 'FAILED' });
    const way = wayOf(DOCUMENTS.provision);
    expect(states).toEqual([
      ...way.slice(0, way.indexOf('BuildDatabaseAndStackOutcome') + 1),
      ...wayOf(DOCUMENTS.provision, 'UndoRetractRoute'),
    ]);
    expect((await plane.ports.projects.find(failed))?.value.failure).toContain('quota "DB clusters"');
    expect(order.lastIndexOf('AttachRolePolicy')).toBeLessThan(order.indexOf('DetachRolePolicy'));
    expect(await contentsOf(world)).toEqual(before);
  });

  it('ends an execution in peace that has lost its project to another one', async () => {
    const lost = await plane.create();
    const { execution } = (await plane.ports.projects.find(lost))?.value ?? {};
    await plane.ask(lost, 'remove');
    expect(await rests(lost)).toMatchObject({ project: 'GONE', status: 'SUCCEEDED' });
    const { states, status } = await machines.history(execution ?? '');
    expect([status, states.at(-1)]).toEqual(['SUCCEEDED', 'Superseded']);
  });
});

const QUOTA = new DBClusterQuotaExceededFault({ message: 'no more', $metadata: { httpStatusCode: 400 } });
