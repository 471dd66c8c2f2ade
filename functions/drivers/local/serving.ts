import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProjectRef } from '../../core/kernel/ids.ts';
import { writeFileAtomic } from './atomic-file.ts';
import type { Cluster, Clusters } from './clusters.ts';
import { unlessAbsent } from './failures.ts';

/** Which generation of each project serves its address. Kept in the cluster's folder, so a restart knows it too. */
export class Serving {
  readonly #clusters: Clusters;
  readonly #sockets = new Map<ProjectRef, string>();

  constructor(clusters: Clusters) {
    this.#clusters = clusters;
  }

  /** The socket of the generation that serves, as far as it has been loaded or promoted here. */
  socketOf(ref: ProjectRef): string | undefined {
    return this.#sockets.get(ref);
  }

  async promote(ref: ProjectRef, cluster: Cluster, generation: number): Promise<void> {
    await writeFileAtomic(fileOf(cluster), String(generation));
    this.#sockets.set(ref, socketOf(cluster, generation));
  }

  async load(ref: ProjectRef): Promise<void> {
    const cluster = await this.#clusters.ofProject(ref);
    const generation = cluster && (await unlessAbsent(readFile(fileOf(cluster), 'utf8')));
    if (cluster !== undefined && generation !== undefined)
      this.#sockets.set(ref, socketOf(cluster, Number(generation)));
  }

  async forget(ref: ProjectRef, cluster: Cluster): Promise<void> {
    this.#sockets.delete(ref);
    await rm(fileOf(cluster), { force: true });
  }
}

export function socketOf(cluster: Cluster, generation: number): string {
  return join(cluster.sockets, `light-${generation}.sock`);
}

function fileOf(cluster: Cluster): string {
  return join(cluster.folder, 'serving');
}
