import { readdirSync, renameSync, symlinkSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { type Cloud, until } from '../local/cloud.ts';
import { processesOf } from '../local/machine.ts';

/** No folder can be made there, by root neither. */
const NOT_WRITABLE = '/sys';

/** Lets every creation fail as on a disk that is not to be written to; answers what ends that. */
export function forbidStorage(cloud: Cloud): () => void {
  const folder = join(cloud.home, 'objects');
  const aside = `${folder}.aside`;
  renameSync(folder, aside);
  symlinkSync(NOT_WRITABLE, folder);
  return () => {
    unlinkSync(folder);
    renameSync(aside, folder);
  };
}

/** Stops the clusters that the next projects get, so that their creations wait; answers what lets them go on. */
export async function holdPool(cloud: Cloud): Promise<() => void> {
  const clusters = await until('the pool to be filled', () => {
    const ready = readdirSync(join(cloud.home, 'pool'));
    return Promise.resolve(ready.length > 0 ? ready : undefined);
  });
  const held = clusters
    .flatMap((id) => processesOf(join(cloud.home, 'clusters', id)))
    .filter(({ pid }) => pid !== cloud.pid);
  const send = (signal: 'SIGSTOP' | 'SIGCONT') => {
    for (const { pid } of held) process.kill(pid, signal);
  };
  send('SIGSTOP');
  return () => send('SIGCONT');
}
