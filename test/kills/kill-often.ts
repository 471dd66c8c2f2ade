import { existsSync, readdirSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import { z } from 'zod';
import { Cloud, until } from '../local/cloud.ts';
import { processesOf } from '../local/machine.ts';
import { pick, seeded } from './seeded.ts';
import { type Deed, Tenant } from './tenant.ts';

/** More would only make each round longer. */
const MOST_PROJECTS = 3;
/** A creation, a pause, a restore and a deletion take less than this each. */
const WORK_MS = 1500;
const POOL = 1;

const DEEDS: readonly Deed[] = ['pause', 'restore', 'remove', 'write', 'write', 'write', 'wake', 'wake'];

const projectsSchema = z.array(z.object({ ref: z.string(), name: z.string() }));

export interface Killed {
  readonly kills: number;
  /** Of those, with every process of the cloud and not with the control plane alone. */
  readonly powerCuts: number;
  readonly deeds: Readonly<Record<string, number>>;
}

/** Kills the cloud `times` times at random moments of mixed work, and holds it to having lost and left nothing. */
export async function killOften(
  times: number,
  seed: number,
  told: (kills: number) => void = () => {},
): Promise<Killed> {
  const random = seeded(seed);
  const cloud = await Cloud.start({ BASEPLANE_POOL: String(POOL) });
  const tenants = new Map<string, Tenant>();
  const deeds: Record<string, number> = {};
  let powerCuts = 0;
  try {
    for (let kill = 0; kill < times; kill += 1) {
      const work = begin(cloud, tenants, random, deeds);
      await new Promise((resolve) => setTimeout(resolve, random() * WORK_MS));
      if (random() < 0.25) {
        powerCuts += 1;
        cutPower(cloud);
      }
      await cloud.end('SIGKILL');
      await work;
      await cloud.launch();
      await adopt(cloud, tenants);
      // One in four dies again before it has come to rest.
      if (random() < 0.75) await settleAll(tenants);
      told(kill + 1);
    }
    await adopt(cloud, tenants);
    await settleAll(tenants);
    await clearAway(cloud, tenants);
    return { kills: times, powerCuts, deeds };
  } catch (error) {
    throw new Error(`seed ${seed}: ${String(error)}`, { cause: error });
  } finally {
    await cloud.destroy();
  }
}

/** Something for every project, and a new one where there is room, all at once. */
async function begin(
  cloud: Cloud,
  tenants: ReadonlyMap<string, Tenant>,
  random: () => number,
  deeds: Record<string, number>,
): Promise<void> {
  const count = (deed: string) => void (deeds[deed] = (deeds[deed] ?? 0) + 1);
  const begun = [...tenants.values()].map((tenant) => {
    const deed = pick(random, DEEDS);
    count(deed);
    return tenant.do(deed);
  });
  if (tenants.size < MOST_PROJECTS) {
    count('create');
    const name = `made ${Math.floor(random() * 2 ** 32)}`;
    begun.push(
      cloud.create(name).then(
        () => {},
        () => {},
      ),
    );
  }
  await Promise.all(begun);
}

/** What was created is kept track of, whether its creation was answered or not. */
async function adopt(cloud: Cloud, tenants: Map<string, Tenant>): Promise<void> {
  const projects = projectsSchema.parse((await cloud.call('GET', '/v1/projects')).body);
  for (const { ref } of projects) {
    if (!tenants.has(ref)) tenants.set(ref, new Tenant(cloud, ref));
  }
}

async function settleAll(tenants: Map<string, Tenant>): Promise<void> {
  await Promise.all(
    [...tenants].map(async ([ref, tenant]) => {
      if (!(await tenant.settle())) tenants.delete(ref);
    }),
  );
}

function cutPower(cloud: Cloud): void {
  for (const { pid } of processesOf(cloud.home)) {
    if (pid === cloud.pid) continue;
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has just ended by itself.
    }
  }
}

/** Deletes every project; then nothing may be left of any, in any place. */
async function clearAway(cloud: Cloud, tenants: Map<string, Tenant>): Promise<void> {
  await Promise.all([...tenants.values()].map((tenant) => tenant.do('remove')));
  await settleAll(tenants);
  const kept = await until('only the pool to be left', async () => {
    const clusters = readdirSync(join(cloud.home, 'clusters'));
    return clusters.length <= POOL ? clusters : undefined;
  });
  const leftovers = [
    ...['secrets', 'projects', 'objects', 'functions'].flatMap((folder) => entries(join(cloud.home, folder))),
    ...processesOf(cloud.home)
      .filter(({ pid, args }) => pid !== cloud.pid && !kept.some((id) => args.includes(id)))
      .map(({ pid, args }) => `process ${pid} ${args}`),
    ...records(cloud.home),
  ];
  if (leftovers.length > 0) throw new Error(`left over: ${leftovers.join(', ')}`);
}

const entries = (folder: string) =>
  existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];

/** Records under a project's name; its certificate stays. */
function records(home: string): readonly string[] {
  const table = new DatabaseSync(join(home, 'state.db'), { readOnly: true });
  try {
    const rows = table.prepare("select pk, sk from items where pk like 'PROJECT#%'").all();
    return rows.map((row) => `record ${JSON.stringify(row)}`);
  } finally {
    table.close();
  }
}
