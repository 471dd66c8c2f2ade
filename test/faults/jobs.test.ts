import { afterAll, describe, expect, it } from 'vitest';
import { JobLedger } from '../../functions/core/jobs/job-ledger.ts';
import type { ProjectRef } from '../../functions/core/kernel/ids.ts';
import { reconcile } from '../../functions/jobs/reconcile.ts';
import { runJob } from '../../functions/jobs/run-job.ts';
import type { FaultPlan } from '../fakes/faults.ts';
import { seeded } from '../kills/seeded.ts';
import { KIND_NAMES, type Kind, keyOf, planOf } from './failing.ts';
import { JOB_SCENARIOS, type JobScenario } from './job-scenarios.ts';
import { World } from './world.ts';

/** Enough for a job to give up a run for dead, and for every deadline to pass. */
const LATER_MS = 2 * 3600_000;
const PAIRS = 60;

async function begin({ prepare }: JobScenario): Promise<{ world: World; ref: ProjectRef }> {
  const world = new World();
  const { project } = await world.create();
  await world.quiet();
  await prepare(world, project.ref);
  return { world, ref: project.ref };
}

/** One run of the job, as it is scheduled, and of the workflows that it starts. */
async function run({ job, work }: JobScenario, world: World, ref: ProjectRef): Promise<void> {
  const { ports } = world;
  const ledger = new JobLedger(ports.table, ports.clock);
  await runJob(job, ports.clock.now(), () => work(world, ref), { ...ports, ledger }).catch(() => {});
  await world.quiet();
}

async function callsOf(scenario: JobScenario): Promise<readonly string[]> {
  const { world, ref } = await begin(scenario);
  const seen = new Set<string>();
  world.fail((call) => {
    seen.add(keyOf(call));
    return undefined;
  });
  await run(scenario, world, ref);
  return [...seen];
}

let injected = 0;
afterAll(() => console.log('faults injected into jobs:', injected));

async function suffer(
  scenario: JobScenario,
  name: string,
  faults: readonly (readonly [string, Kind])[],
): Promise<void> {
  const { world, ref } = await begin(scenario);
  const { plan, death, died } = planOf(faults);
  world.fail(plan);
  await Promise.race([run(scenario, world, ref), death]);
  const none: FaultPlan = () => undefined;
  world.fail(none);
  if (died()) {
    world.crash();
    world.cloud.loseProcesses();
    await reconcile('start', world.ports);
    await world.quiet();
  }
  world.pass(LATER_MS);
  await reconcile('tick', world.ports);
  await world.quiet();
  await run(scenario, world, ref);
  const story = `${name}, ${faults.map(([call, kind]) => `${call} ${kind}`).join(' and ')}\n${world.logged.join('\n')}`;
  await scenario.holds(world, ref, story);
  injected += faults.length;
}

describe.each(Object.entries(JOB_SCENARIOS))('%s', (name, scenario) => {
  it('does what it should when nothing goes wrong', async () => {
    const { world, ref } = await begin(scenario);
    world.fail(() => undefined);
    await run(scenario, world, ref);
    await scenario.holds(world, ref, name);
  });

  it('comes to the same end when any one call goes wrong, in each way', async () => {
    const calls = await callsOf(scenario);
    expect(calls.length).toBeGreaterThan(3);
    for (const call of calls) for (const kind of KIND_NAMES) await suffer(scenario, name, [[call, kind]]);
  }, 300_000);

  it('comes to the same end when two calls go wrong', async () => {
    const calls = await callsOf(scenario);
    const random = seeded(calls.length);
    const any = <T>(from: readonly T[]): T => {
      const found = from[Math.floor(random() * from.length)];
      if (found === undefined) throw new Error('there is none');
      return found;
    };
    for (let pair = 0; pair < PAIRS; pair += 1) {
      await suffer(scenario, name, [
        [any(calls), any(KIND_NAMES)],
        [any(calls), any(KIND_NAMES)],
      ]);
    }
  });
});
