import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CATALOGUE } from '../templates/catalogue.ts';
import { Cloud } from '../test/local/cloud.ts';
import { bareCluster, templateOf } from './provision-floor.ts';
import type { Row } from './row.ts';
import { startFloor } from './wake-floor.ts';

const ROUNDS = 7;
/** What a project that asks for nothing else runs. */
const SERVICES = CATALOGUE.templates
  .filter(({ name }) => name === CATALOGUE.standard)
  .flatMap(({ services }) => services)
  .filter((name) => name !== 'db');

/** From a request to a paused project to its answer, beside the bare start of what has to be started for it. */
export async function measureWaking(): Promise<readonly Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'baseplane-bench-'));
  chmodSync(folder, 0o711);
  const cloud = await Cloud.start();
  const { ref, keys } = await cloud.healthy('sleeper');
  const cluster = await bareCluster(templateOf(cloud.home), folder);
  const rounds: { readonly floor: number; readonly value: number }[] = [];
  const ask = async (): Promise<number> => {
    const begun = performance.now();
    const answer = await fetch(`${cloud.url}/p/${ref}/auth/v1/health`, { headers: { apikey: keys.anon } });
    if (answer.status !== 200) throw new Error(`the woken project answered ${answer.status}`);
    return performance.now() - begun;
  };
  // The first of each fills the caches.
  for (let round = 0; round <= ROUNDS; round += 1) {
    const floor = await startFloor(cluster, SERVICES.join(','));
    await cloud.call('POST', `/v1/projects/${ref}/pause`);
    await cloud.reaches(ref, 'INACTIVE');
    rounds.push({ floor, value: await ask() });
  }
  await cloud.destroy();
  cluster.remove();
  rmSync(folder, { recursive: true, force: true });
  return [
    {
      name: 'request to a paused project, answered',
      ...middleOf(rounds.slice(1)),
      unit: 'ms',
      beside: 'start Postgres and the runtime, ask for its health',
    },
  ];
}

/** The round whose ratio is the median: both of a round met the same machine. */
function middleOf<Round extends { readonly floor: number; readonly value: number }>(
  rounds: readonly Round[],
): Round {
  const sorted = rounds.toSorted((a, b) => a.value / a.floor - b.value / b.floor);
  const middle = sorted[Math.floor(sorted.length / 2)];
  if (middle === undefined) throw new Error('there was no round');
  return middle;
}
