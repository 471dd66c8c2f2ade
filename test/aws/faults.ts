import { AsyncLocalStorage } from 'node:async_hooks';
import { crc32 } from 'node:zlib';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PROJECT_STATUSES } from '../../functions/contract/status.ts';
import type { ProjectRef } from '../../functions/core/kernel/ids.ts';
import { backedUp } from '../../functions/core/project/backups.ts';
import type { Stack } from '../../functions/core/project/stack.ts';
import type { Project } from '../../functions/core/project/project.ts';
import { reconcile } from '../../functions/jobs/reconcile.ts';
import { LocalWorkflows } from '../../functions/drivers/local/workflows.ts';
import { type Around, type AwsCall, aroundCalls } from './around-calls.ts';
import { contentsOf } from './contents.ts';
import { ControlPlane, LOOKS } from './control-plane.ts';
import { hasty } from './hasty.ts';
import { type AwsWorld, createWorld } from './world.ts';

let world: AwsWorld;
let plane: ControlPlane;
let before: readonly string[];
let around: Around = (_, send) => send();
const injected: Record<string, number> = {};

beforeEach(async () => {
  nothingGoesWrong();
  world = await createWorld({ small: true });
  aroundCalls(world.clients, (call, send) => around(call, send));
  plane = new ControlPlane(world);
  before = await contentsOf(world);
});
afterEach(() => world[Symbol.asyncDispose]());
afterAll(() => console.log('calls of AWS that went wrong:', injected));

/** Begins one thing that is done to a project, and sees to it that it ends, whatever goes wrong meanwhile. */
type Brave = (workflow: string, begin: () => Promise<unknown>) => Promise<void>;

/** The whole life of a project, after each workflow as it should be, and at last without a trace. */
async function live(tier: Project['tier'], brave: Brave): Promise<void> {
  await brave('provision', () => plane.create({ tier }));
  const ref = await only();
  const running = { status: 'ACTIVE_HEALTHY', tasks: 1, record: true };
  expect(await stateOf(ref)).toEqual({ ...running, generation: 1, failure: null });
  await brave('pause', () => plane.ask(ref, 'pause'));
  expect(await stateOf(ref)).toEqual({
    status: 'INACTIVE',
    tasks: 0,
    record: false,
    generation: 1,
    failure: null,
  });
  await brave('resume', () => plane.ask(ref, 'restore'));
  expect(await stateOf(ref)).toEqual({ ...running, generation: 1, failure: null });
  await brave('redeploy', () => plane.ask(ref, 'restart'));
  expect(await stateOf(ref)).toEqual({ ...running, generation: 2, failure: null });
  if (tier === 'dedicated') {
    await world.drivers.backups.take(await stackOf(ref), { id: BACKUP, name: null });
    await brave('recover', () => recover(ref));
    expect(await stateOf(ref)).toEqual({ ...running, generation: 2, failure: null });
  }
  await brave('remove', () => plane.ask(ref, 'remove'));
  expect(await plane.statusOf(ref)).toBe('GONE');
  expect(await contentsOf(world)).toEqual(before);
}

/** The id of the backup that a database is put back to. */
const BACKUP = 1_700_000_000_000;

/** As a client asks that tries again what did not get through. */
async function recover(ref: ProjectRef): Promise<void> {
  const ask = () => plane.recover(ref, ({ id }) => id === BACKUP);
  await ask().catch(ask);
}

async function stackOf(ref: ProjectRef): Promise<Stack> {
  const project = (await plane.ports.projects.find(ref))?.value;
  const found = project === undefined ? undefined : await backedUp(project, plane.ports);
  if (found?.ok !== true) throw new Error('the project has no backups');
  return found.value;
}

async function all(): Promise<readonly Project[]> {
  return (await Promise.all(PROJECT_STATUSES.map((each) => plane.ports.projects.inStatus(each)))).flat();
}

async function only(): Promise<ProjectRef> {
  const [project, ...more] = await all();
  if (project === undefined || more.length > 0) throw new Error('there is no project, or more than one');
  return project.ref;
}

async function stateOf(ref: ProjectRef) {
  const contents = await contentsOf(world);
  const project = (await plane.ports.projects.find(ref))?.value;
  return {
    status: project?.status,
    generation: project?.generation,
    failure: project?.failure,
    tasks: contents.filter((name) => name.includes(':task/')).length,
    record: contents.includes(`A ${ref}.${world.cell.rootDomain}.`),
  };
}

const nothingGoesWrong = () => {
  around = (_, send) => send();
};

/** As AWS says it, before its effect or after it. */
const THROTTLE = Object.assign(new Error('Rate exceeded'), { name: 'ThrottlingException' });
const TIMEOUT = Object.assign(new Error('socket hang up'), { name: 'TimeoutError' });
const REFUSAL = Object.assign(new Error('not authorized'), { name: 'AccessDeniedException' });

const ONCE = {
  'throttled before it has any effect': async () => {
    throw THROTTLE;
  },
  'lost on its way back, after its effect': async (send: () => Promise<unknown>) => {
    await send();
    throw TIMEOUT;
  },
} as const;

const FOR_EVER = { 'throttled for ever': THROTTLE, 'refused for good': REFUSAL } as const;

const keysOf = <T extends object>(of: T) =>
  Object.keys(of).filter((key): key is Extract<keyof T, string> => key in of);

/** A workflow tries a step nine times and no step makes more kinds of calls than a few of these: none is given up. */
const TURNS = 5;

/** What lasts is tried again as often as it takes to see that it does. */
const runImpatiently: ConstructorParameters<typeof ControlPlane>[1] = (run, log) =>
  new LocalWorkflows(hasty({ looks: LOOKS, tries: 1 }), run, log, { retryMs: 0 });

/** What passes by itself: each call fails once, or is the last one of the control plane's life. */
export function faultsOf(tier: Project['tier']): void {
  describe(`the life of a ${tier} project`, () => {
    it.each(keysOf(ONCE))(
      'is the same when the first call of any action in any workflow is %s',
      async (kind) => {
        const calls = await callsOf((brave) => live(tier, brave));
        const failed = new Set<string>();
        for (let turn = 0; turn < TURNS; turn += 1) {
          await live(tier, async (workflow, begin) => {
            around = async (call, send) => {
              const name = `${workflow}: ${nameOf(call)}`;
              if (failed.has(name) || calls.indexOf(name) % TURNS !== turn) return send();
              failed.add(name);
              count(kind);
              await ONCE[kind](send);
              return send();
            };
            // The first call of a creation is the request’s own, which its client repeats.
            await begin().catch(() => reconcile('start', plane.ports));
            await plane.quiet();
            nothingGoesWrong();
          });
        }
        expect([...failed].toSorted()).toEqual(calls.toSorted());
      },
    );

    it.each(['before', 'after'] as const)(
      'goes on where it was when the control plane dies %s any call that it makes',
      async (when) => {
        await live(tier, async (_, begin) => {
          const fatal = new Set<string>();
          let life = lifeOf(fatal, when, () => begin().then(() => plane.quiet()));
          while (await life.died) {
            plane.crash();
            life = lifeOf(fatal, when, () => reconcile('start', plane.ports).then(() => plane.quiet()));
          }
          nothingGoesWrong();
        });
      },
    );
  });
}

/** What somebody has to see to: an action fails until then. */
export function outagesOf(tier: Project['tier']): void {
  describe(`the life of a ${tier} project`, () => {
    beforeEach(() => {
      plane = new ControlPlane(world, runImpatiently);
    });

    it.each(keysOf(FOR_EVER))(
      'ends as it should when an action is %s until somebody sees to it',
      async (kind) => {
        const calls = await callsOf((brave) => live(tier, brave));
        const turn = Number((kind === 'refused for good') === (tier === 'pooled'));
        for (const name of calls.filter((each, index) => isTried(each, index, turn))) {
          const [workflow = '', action = ''] = name.split(': ');
          const outcome = await suffer(tier, workflow, (call) =>
            nameOf(call) === action ? FOR_EVER[kind] : undefined,
          );
          count(`${kind}: ${outcome}`);
          expect([name, outcome]).toEqual([name, expect.stringMatching(ENDS[workflow] ?? '')]);
          expect([name, ...(await contentsOf(world))]).toEqual([name, ...before]);
        }
      },
    );
  });
}

/** Where a project may be when a workflow has failed and what stood in its way is no more. */
const ENDS: Readonly<Record<string, RegExp>> = {
  provision: /^(ACTIVE_HEALTHY|INIT_FAILED)$/,
  pause: /^(INACTIVE|PAUSE_FAILED)$/,
  resume: /^(ACTIVE_HEALTHY|RESTORE_FAILED)$/,
  recover: /^(ACTIVE_HEALTHY|RESTORE_FAILED)$/,
  redeploy: /^ACTIVE_HEALTHY$/,
  remove: /^GONE$/,
};

/**
 * Every action of provisioning and removal fails in one of the two ways, and those that both tiers call in the other way
 * in the other tier; of the other workflows one action in so many fails in both.
 */
const SAMPLE = 4;
const isTried = (name: string, index: number, turn: number) =>
  /^(provision|remove): /.test(name) ? crc32(name) % 2 === turn : index % SAMPLE === 0;

/** A project whose `workflow` meets a fault that stays; how that ends once it is gone. Nothing is left at last. */
async function suffer(
  tier: Project['tier'],
  workflow: string,
  fault: (call: AwsCall) => Error | undefined,
): Promise<string> {
  let outcome = '';
  const brave: Brave = async (each, begin) => {
    if (each !== workflow) {
      await begin();
      return plane.quiet();
    }
    around = async (call, send) => {
      const error = fault(call);
      if (error !== undefined) throw error;
      return send();
    };
    await begin().catch(() => reconcile('start', plane.ports));
    await plane.quiet();
    nothingGoesWrong();
    outcome = await afterwards();
  };
  await brave('provision', () => plane.create({ tier }));
  const ref = await only();
  if (workflow === 'pause' || workflow === 'resume') await brave('pause', () => plane.ask(ref, 'pause'));
  if (workflow === 'resume') await brave('resume', () => plane.ask(ref, 'restore'));
  if (workflow === 'redeploy') await brave('redeploy', () => plane.ask(ref, 'restart'));
  if (workflow === 'recover') {
    await world.drivers.backups.take(await stackOf(ref), { id: BACKUP, name: null });
    await brave('recover', () => recover(ref));
  }
  await brave('remove', () => plane.ask(ref, 'remove'));
  return outcome;
}

/** What the reconciler makes of it, when the deadline has passed. */
async function afterwards(): Promise<string> {
  plane.pass(2 * 3_600_000);
  await reconcile('tick', plane.ports);
  await plane.quiet();
  const [project] = await all();
  if (project?.status === 'INIT_FAILED') {
    expect(project.failure).toMatch(/^AWS (did not permit|could not answer)/);
    expect(await contentsOf(world)).toEqual(before);
  }
  return project?.status ?? 'GONE';
}

const nameOf = ({ service, action, sql }: AwsCall) => `${service} ${action} ${sql}`;

/** The actions that workflows call when nothing goes wrong. */
async function callsOf(work: (brave: Brave) => Promise<void>): Promise<readonly string[]> {
  const names = new Set<string>();
  await work(async (workflow, begin) => {
    around = (call, send) => {
      names.add(`${workflow}: ${nameOf(call)}`);
      return send();
    };
    await begin();
    await plane.quiet();
    nothingGoesWrong();
  });
  return [...names];
}

/** The life that a call is made in: what goes on of one that is over makes no calls any more. */
const lives = new AsyncLocalStorage<object>();

/**
 * A life of the control plane that ends with the first call of an action that has not been fatal before. After it:
 * it takes effect, and what is answered to it is not heard any more.
 */
function lifeOf(
  fatal: Set<string>,
  when: 'before' | 'after',
  work: () => Promise<void>,
): { readonly died: Promise<boolean> } {
  const self = {};
  const death = Promise.withResolvers<true>();
  const never = () => new Promise<never>(() => {});
  let dead = false;
  around = async (call, send) => {
    if (dead || lives.getStore() !== self) return never();
    if (fatal.has(nameOf(call))) return send();
    dead = true;
    fatal.add(nameOf(call));
    if (when === 'after') await Promise.allSettled([send()]);
    count(`died ${when} it`);
    death.resolve(true);
    return never();
  };
  const over = lives.run(self, work);
  return { died: Promise.race([death.promise, over.then(() => false)]) };
}

function count(kind: string): void {
  injected[kind] = (injected[kind] ?? 0) + 1;
}
