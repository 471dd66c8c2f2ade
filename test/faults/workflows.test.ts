import { afterAll, describe, expect, it } from 'vitest';
import { TransientError } from '../../functions/core/kernel/errors.ts';
import { createBranch } from '../../functions/core/branches/create-branch.ts';
import type { ProjectRef } from '../../functions/core/kernel/ids.ts';
import { type ProjectRequest, beginTransition } from '../../functions/core/project/begin-transition.ts';
import { parentOf } from '../../functions/core/project/branch.ts';
import { resizeProject } from '../../functions/core/project/resize-project.ts';
import { isOlder } from '../../functions/core/project/template-version.ts';
import { upgradeTemplate } from '../../functions/core/project/upgrade-template.ts';
import { changePlan } from '../../functions/core/usage/change-plan.ts';
import { reconcile } from '../../functions/jobs/reconcile.ts';
import type { FaultPlan } from '../fakes/faults.ts';
import { KIND_NAMES, type Kind, keyOf, planOf } from './failing.ts';
import { age } from './age.ts';
import { World } from './world.ts';

/** What is done to a project that exists and runs (paused first, where that is what it takes); `branch`: with its data. */
const SCENARIOS = [
  'create',
  'branch',
  'pause',
  'restore',
  'recover',
  'restart',
  'resize',
  'upgrade',
  'remove',
] as const;
/** The id of the backup that `recover` goes back to. */
const BACKUP = 1_700_000_000_000;
type Scenario = (typeof SCENARIOS)[number];

/** Where a project may rest; anything else is a project that was forgotten. */
const AT_REST = ['ACTIVE_HEALTHY', 'INACTIVE', 'INIT_FAILED', 'PAUSE_FAILED', 'RESTORE_FAILED', 'GONE'];

async function begin(world: World, scenario: Scenario): Promise<ProjectRef> {
  const { project } = await world.create();
  await world.quiet();
  if (scenario === 'restore') await ask(world, project.ref, 'pause');
  const { database } = world.cloud.of(project.ref);
  if (scenario === 'recover' && database !== undefined)
    database.backups = new Map([[BACKUP, { name: 'good', history: 0, ownerPassword: 'of then' }]]);
  if (scenario === 'upgrade') await age(world, project.ref);
  if (scenario === 'resize') await changePlan(project.organization, 'pro', world.actor, world.ports);
  await world.quiet();
  return project.ref;
}

async function ask(world: World, ref: ProjectRef, request: ProjectRequest): Promise<void> {
  const recovery = request === 'recover' ? { id: BACKUP + 1, backup: BACKUP, until: null } : null;
  const project = (await world.ports.projects.find(ref))?.value ?? fail();
  const begun =
    request === 'upgrade'
      ? await upgradeTemplate(project, world.actor, world.ports)
      : request === 'resize'
        ? await resizeProject(project, 'small', world.actor, world.ports)
        : await beginTransition(ref, request, world.actor, world.ports, () => ({ recovery }));
  if (!begun.ok) throw new Error(begun.error.message);
}

async function branch(world: World, ref: ProjectRef): Promise<void> {
  const parent = (await world.ports.projects.find(ref))?.value ?? fail();
  const request = { name: 'copy', persistent: false, withData: true };
  const begun = await createBranch(parent, request, world.actor, world.ports);
  if (!begun.ok) throw new Error(begun.error.message);
}

/** Runs the scenario with the faults; the project, if its creation got as far as a record. */
async function run(
  world: World,
  scenario: Scenario,
  plan: FaultPlan,
  death: Promise<void>,
): Promise<ProjectRef | undefined> {
  const before = scenario === 'create' ? undefined : await begin(world, scenario);
  world.fail(plan);
  const asked =
    scenario === 'create'
      ? world.create().then(({ project }) => project.ref)
      : scenario === 'branch'
        ? branch(world, before ?? fail())
        : ask(world, before ?? fail(), scenario);
  const answered = asked.then(
    () => {},
    () => {},
  );
  await Promise.race([answered.then(() => world.quiet()), death]);
  return scenario === 'branch' ? branchOf(world, before ?? fail()) : (before ?? (await onlyProject(world)));
}

function fail(): never {
  throw new Error('the scenario has no project');
}

async function branchOf(world: World, ref: ProjectRef): Promise<ProjectRef | undefined> {
  world.fail(() => undefined);
  const parent = (await world.ports.projects.find(ref))?.value ?? fail();
  return (await world.ports.projects.branchesOf(parent))[0]?.ref;
}

async function onlyProject(world: World): Promise<ProjectRef | undefined> {
  world.fail(() => undefined);
  for (const status of ['COMING_UP', 'ACTIVE_HEALTHY', 'INIT_FAILED'] as const) {
    const own = (await world.ports.projects.inStatus(status)).find((each) => parentOf(each) === undefined);
    if (own !== undefined) return own.ref;
  }
  return undefined;
}

/** What the next start or the passing of the deadline makes of it, with all faults over. */
async function recover(world: World, died: boolean): Promise<void> {
  world.fail(() => undefined);
  if (died) {
    world.crash();
    world.cloud.loseProcesses();
    await reconcile('start', world.ports);
  } else {
    world.pass(2 * 3600_000);
    await reconcile('tick', world.ports);
  }
  await world.quiet();
}

async function expectClean(
  world: World,
  scenario: Scenario,
  ref: ProjectRef | undefined,
  story: string,
): Promise<void> {
  const status = ref === undefined ? 'GONE' : await world.statusOf(ref);
  expect(AT_REST, story).toContain(status);
  const parent = scenario === 'branch' ? await onlyProject(world) : undefined;
  const others = [...world.cloud.projects.keys()].filter((each) => each !== parent);
  const left = others.flatMap((each) => world.cloud.remnants(each));
  const project = ref === undefined ? undefined : world.cloud.projects.get(ref);
  if (parent !== undefined) {
    expect(await world.statusOf(parent), story).toBe('ACTIVE_HEALTHY');
    expect(world.cloud.of(parent).database?.state, story).toBe('available');
  }
  if (status === 'GONE' || status === 'INIT_FAILED') expect(left, story).toEqual([]);
  if (status === 'ACTIVE_HEALTHY') {
    expect(project?.published, story).toBe(true);
    expect(project?.database?.state, story).toBe('available');
    expect([project?.database?.copyOf, project?.filesOf], story).toEqual([parent, parent]);
    expect([...(project?.stacks.keys() ?? [])], story).toEqual([project?.promoted]);
    const record = (await world.ports.projects.find(ref ?? fail()))?.value;
    expect(record?.generation, story).toBe(project?.promoted);
    const serving = project?.stacks.get(project.promoted ?? 0);
    expect(record, story).toMatchObject({
      template_version: serving?.version,
      coming_version: null,
      size: serving?.size,
      size_before: null,
    });
    expect(isOlder(project?.database?.version ?? '', serving?.version ?? ''), story).toBe(false);
  }
  if (status === 'INACTIVE' || status === 'RESTORE_FAILED') {
    expect(project?.stacks.size, story).toBe(0);
    expect(project?.published, story).toBe(false);
  }
}

/** Every call that the scenario makes when nothing goes wrong. */
async function callsOf(scenario: Scenario): Promise<readonly string[]> {
  const seen = new Set<string>();
  const world = new World();
  const plan: FaultPlan = (call) => {
    seen.add(keyOf(call));
    return undefined;
  };
  await run(world, scenario, plan, new Promise(() => {}));
  return [...seen];
}

/** What is much like another scenario, by the calls that it alone makes: of the rest one in so many is tried. */
const MUCH_ALIKE: Readonly<Partial<Record<Scenario, string>>> = {
  branch: 'copies.',
  resize: 'compute.',
  upgrade: 'databases.',
};

const isTried = (scenario: Scenario) => (call: string, index: number) => {
  const own = MUCH_ALIKE[scenario];
  return own === undefined || call.startsWith(own) || index % 6 === 0;
};

const counts = new Map<string, number>();
afterAll(() => console.log('faults injected:', Object.fromEntries(counts)));

async function suffer(scenario: Scenario, faults: readonly (readonly [string, Kind])[]): Promise<void> {
  const world = new World();
  const { plan, death, died } = planOf(faults);
  const ref = await run(world, scenario, plan, death);
  const story = `${scenario}, ${faults.map(([call, kind]) => `${call} ${kind}`).join(' and ')}\n${world.logged.join('\n')}`;
  await recover(world, died());
  await expectClean(world, scenario, ref, story);
  counts.set(scenario, (counts.get(scenario) ?? 0) + faults.length);
}

describe.each(SCENARIOS)('%s', (scenario) => {
  it.each(KIND_NAMES)('ends running or clean when any one call is %s', async (kind) => {
    const calls = await callsOf(scenario);
    expect(calls.length).toBeGreaterThan(5);
    for (const call of calls.filter(isTried(scenario))) await suffer(scenario, [[call, kind]]);
  });

  it('ends running or clean when two calls go wrong', async () => {
    const calls = await callsOf(scenario);
    // A fixed walk through the pairs: the same ones in every run.
    for (let i = 0; i < (scenario in MUCH_ALIKE ? 30 : 150); i += 1) {
      const first = calls[(i * 7) % calls.length] ?? fail();
      const second = calls[(i * 13 + 5) % calls.length] ?? fail();
      await suffer(scenario, [
        [first, KIND_NAMES[i % KIND_NAMES.length] ?? fail()],
        [second, KIND_NAMES[(i * 3 + 1) % KIND_NAMES.length] ?? fail()],
      ]);
    }
  });
});

describe('what is not to be had', () => {
  it('fails a creation with the reason and what to do, and nothing left', async () => {
    const world = new World();
    const { plan, death } = planOf([['databases.create#1', 'refused for ever']]);
    const ref = await run(world, 'create', plan, death);
    const project = (await world.ports.projects.find(ref ?? fail()))?.value;
    expect(project).toMatchObject({ status: 'INIT_FAILED', failure: 'The quota is used up. Ask for more.' });
    expect(world.cloud.remnants(ref ?? fail())).toEqual([]);
  });

  it('can be had later: a failed creation is tried again', async () => {
    const world = new World();
    const { plan, death } = planOf([['databases.create#1', 'refused for ever']]);
    const ref = (await run(world, 'create', plan, death)) ?? fail();
    world.fail(() => undefined);
    await ask(world, ref, 'provision');
    await world.quiet();
    expect(await world.statusOf(ref)).toBe('ACTIVE_HEALTHY');
  });

  it('keeps a project that cannot be proven gone from being called gone', async () => {
    const world = new World();
    const ref = await begin(world, 'remove');
    world.fail((call) =>
      call.port === 'inventory' ? { at: 'before', error: new TransientError('busy') } : undefined,
    );
    await ask(world, ref, 'remove');
    await world.quiet();
    expect(await world.statusOf(ref)).toBe('GOING_DOWN');
    expect(await world.ports.projects.certificate(ref)).toBeUndefined();
  });

  it('does not bring back a project that was deleted while it came up', async () => {
    const world = new World();
    const { project } = await world.create();
    await ask(world, project.ref, 'remove');
    await world.quiet();
    expect(await world.statusOf(project.ref)).toBe('GONE');
    expect(world.cloud.remnants(project.ref)).toEqual([]);
    expect(await world.ports.projects.certificate(project.ref)).toMatchObject({ remnants: 0 });
  });
});
