import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Cloud } from '../test/local/cloud.ts';
import { memoryOf, processesOf } from '../test/local/machine.ts';
import { clusterFloor, templateOf } from './provision-floor.ts';
import { type Row, median } from './row.ts';

const ROUNDS = 5;
const FLOOR = 'copy a template cluster, start it, select 1';

/** From the POST to the first row read through supabase-js, with and without prepared stacks. */
export async function measureProvisioning(): Promise<readonly Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'baseplane-bench-'));
  chmodSync(folder, 0o711);
  const ready = performance.now();
  // As a newcomer has it: with nothing that clouds before it have made.
  const cold = await Cloud.start({ BASEPLANE_HOME: join(folder, 'home'), NODE_DISABLE_COMPILE_CACHE: '1' });
  const firstStart = performance.now() - ready;
  const floors: number[] = [];
  const without: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    floors.push(await clusterFloor(templateOf(cold.home), folder));
    without.push(await firstRow(cold, `cold ${round}`));
  }
  const memory = await idleMemory(cold);
  await cold.destroy();

  const warm = await Cloud.start({ BASEPLANE_POOL: '2' });
  const pooled: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    await poolFilled(warm, 2);
    pooled.push(await firstRow(warm, `warm ${round}`));
  }
  await warm.destroy();
  rmSync(folder, { recursive: true, force: true });

  const floor = median(floors);
  return [
    { name: 'POST to first row, nothing prepared', value: median(without), unit: 'ms', floor, beside: FLOOR },
    { name: 'POST to first row, from the pool', value: median(pooled), unit: 'ms', floor, beside: FLOOR },
    { name: 'npm start to ready, first start', value: firstStart, unit: 'ms' },
    { name: 'idle project with its Postgres', value: memory.project, unit: 'MB (PSS)' },
    { name: 'control plane', value: memory.control, unit: 'MB (PSS)' },
  ];
}

async function firstRow(cloud: Cloud, name: string): Promise<number> {
  const begun = performance.now();
  const { ref, keys } = await cloud.healthy(name);
  await cloud.sql(ref, 'create table t (id int primary key); insert into t values (1)');
  const { data } = await cloud.client(ref, keys.serviceRole).from('t').select();
  if (data?.length !== 1) throw new Error('the row did not come back');
  return performance.now() - begun;
}

/** Until the pool is full, so that each round finds the same. */
async function poolFilled(cloud: Cloud, size: number): Promise<void> {
  for (;;) {
    const projects = (await cloud.call('GET', '/v1/projects')).text.split('"ref"').length - 1;
    const stacks = processesOf(cloud.home).filter(({ args }) => args.includes('light/main.ts')).length;
    if (stacks >= projects + size) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function idleMemory(cloud: Cloud): Promise<{ readonly project: number; readonly control: number }> {
  const processes = processesOf(cloud.home).filter(({ args }) => /light\/main\.ts|postgres.* -D/.test(args));
  const stacks = processes.filter(({ args }) => args.includes('light/main.ts')).length;
  const all = processes.reduce((sum, { pid }) => sum + memoryOf(pid), 0);
  return { project: all / stacks, control: memoryOf(cloud.pid) - all };
}
