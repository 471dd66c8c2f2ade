import { rm } from 'node:fs/promises';
import type { Clusters } from './clusters.ts';
import type { Log } from './log.ts';
import { endProcesses, processesUnder } from './orphans.ts';
import type { SocketFolders } from './socket-folders.ts';

export interface SweepParts {
  readonly clusters: Clusters;
  readonly sockets: SocketFolders;
  readonly log: Log;
}

/** Ends and clears away what an earlier run left behind; the projects' clusters stay, with their processes ended. */
export async function sweep({ clusters, sockets, log }: SweepParts): Promise<void> {
  const ids = (await clusters.folders()).map(({ name }) => name);
  const ended = await endProcesses(() => processesUnder(clusters.folder, ids));
  if (ended > 0) log('warn', 'ended the processes of an earlier run', { count: ended });
  for (const id of await clusters.pooled()) await clusters.unmarkPooled(id);
  const kept = new Set((await clusters.projects()).map(({ cluster }) => cluster.id));
  for (const { name, path } of await clusters.folders()) {
    if (!kept.has(name)) await rm(path, { recursive: true, force: true });
  }
  await sockets.sweep(kept);
}
