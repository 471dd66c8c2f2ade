import { rm, stat } from 'node:fs/promises';
import { TransientError } from '../../core/kernel/errors.ts';
import type { ProjectRef } from '../../core/kernel/ids.ts';
import type { Compute, ServiceHealth } from '../../core/project/compute.port.ts';
import type { ProjectSecret } from '../../core/project/project-secret.ts';
import type { Stack } from '../../core/project/stack.ts';
import type { Cluster, Clusters } from './clusters.ts';
import { attempt, unlessAbsent } from './failures.ts';
import { within } from './deadline.ts';
import { KeyedLock } from './keyed-lock.ts';
import { askHealth } from './light-health.ts';
import { lightConfig, servicesOf, type LightProcesses, type SettingsEnvironment } from './light-process.ts';
import { socketOf, type Serving } from './serving.ts';
import type { Supervised } from './supervised.ts';
import type { LocalObjects } from './objects.ts';
import type { WarmPool } from './warm-pool.ts';

/** A process listens within half a second of its start, unless the machine is busy. */
const LISTENS_MS = 5_000;

export interface ComputeParts {
  readonly clusters: Clusters;
  readonly light: LightProcesses;
  readonly objects: LocalObjects;
  readonly pool: WarmPool;
  readonly serving: Serving;
  readonly urlOf: (ref: ProjectRef) => string;
  /** Where a project's own functions reach it: an address that needs no name to be resolved. */
  readonly ownUrlOf: (ref: ProjectRef) => string;
  readonly environmentOf: (stack: Stack) => SettingsEnvironment;
}

type Generations = Map<number, Supervised>;

/** One light process per project and generation, beside the project's Postgres and under the same user. */
export class LocalCompute implements Compute {
  readonly #parts: ComputeParts;
  readonly #lock = new KeyedLock();
  readonly #running = new Map<ProjectRef, Generations>();

  constructor(parts: ComputeParts) {
    this.#parts = parts;
  }

  /** Everything a process needs lies in the cluster's folder, which comes with the database. */
  prepare(): Promise<void> {
    return Promise.resolve();
  }

  /** What is at rest here is no process: it is started from the program of now. */
  async isMade({ ref, generation }: Stack): Promise<boolean> {
    return this.#of(ref).has(generation);
  }

  deploy(stack: Stack, secret: ProjectSecret): Promise<void> {
    const { ref, generation } = stack;
    return this.#lock.run(ref, async () => {
      const cluster = await this.#cluster(ref);
      if (this.#of(ref).has(generation)) return;
      const { clusters, light, objects, ownUrlOf, pool, environmentOf, urlOf } = this.#parts;
      if (servicesOf(stack).length === 0) return pool.release(cluster.id);
      await attempt('start the services', async () => {
        const served = pool.take(cluster.id) ?? (await light.boot(cluster));
        served.keep = true;
        this.#of(ref).set(generation, served);
        const socket = socketOf(cluster, generation);
        const files = await objects.handOver(ref, await clusters.owner(cluster));
        const urls = { url: urlOf(ref), ownUrl: ownUrlOf(ref), chosen: environmentOf(stack) };
        served.send(lightConfig(stack, secret, { cluster, socket, files, ...urls }));
        // Or whoever waits for the project waits for the next look, too. That it does not come up is told by `health`.
        await within(LISTENS_MS, async () => served.crashes > 0 || (await isThere(socket)));
      });
    });
  }

  async health(stack: Stack): Promise<readonly ServiceHealth[]> {
    const { ref, generation } = stack;
    const served = this.#of(ref).get(generation);
    if (served === undefined) return [];
    const cluster = await this.#cluster(ref);
    const answer = await this.#ask(socketOf(cluster, generation), served);
    return servicesOf(stack).map((name): ServiceHealth => {
      if (typeof answer === 'string') return { name, status: 'UNHEALTHY', error: answer };
      const health = answer?.[name];
      if (health === undefined) return { name, status: 'COMING_UP' };
      return health.healthy
        ? { name, status: 'ACTIVE_HEALTHY' }
        : { name, status: 'UNHEALTHY', error: health.error };
    });
  }

  promote(stack: Stack): Promise<void> {
    const { ref, generation } = stack;
    return this.#lock.run(ref, async () => {
      // A database alone has nothing that could serve an address.
      if (servicesOf(stack).length === 0) return;
      await this.#parts.serving.promote(ref, await this.#cluster(ref), generation);
    });
  }

  retireOthers({ ref, generation }: Stack): Promise<void> {
    return this.#lock.run(ref, () => this.#end(ref, (other) => other !== generation));
  }

  retire({ ref, generation }: Stack): Promise<void> {
    return this.#lock.run(ref, () => this.#end(ref, (other) => other === generation));
  }

  stop({ ref }: Stack): Promise<void> {
    return this.#lock.run(ref, () => this.#end(ref, () => true));
  }

  delete({ ref }: Stack): Promise<void> {
    return this.#lock.run(ref, async () => {
      await this.#end(ref, () => true);
      this.#running.delete(ref);
      const cluster = await this.#parts.clusters.ofProject(ref);
      if (cluster !== undefined) await this.#parts.serving.forget(ref, cluster);
    });
  }

  async #end(ref: ProjectRef, which: (generation: number) => boolean): Promise<void> {
    const { clusters, light, pool } = this.#parts;
    const cluster = await clusters.ofProject(ref);
    if (cluster !== undefined) await pool.release(cluster.id);
    const ending = [...this.#of(ref)].filter(([generation]) => which(generation));
    await Promise.all(
      ending.map(async ([generation, served]) => {
        await light.stop(served);
        this.#of(ref).delete(generation);
        if (cluster !== undefined) await rm(socketOf(cluster, generation), { force: true });
      }),
    );
  }

  /** What the process says of its services, why it cannot be asked, or undefined while it is on its way up. */
  async #ask(socket: string, served: Supervised): Promise<Awaited<ReturnType<typeof askHealth>> | string> {
    try {
      const answer = await askHealth(socket);
      return answer === undefined && served.crashes > 0 ? `it has crashed: ${served.lastWords}` : answer;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  #of(ref: ProjectRef): Generations {
    const known = this.#running.get(ref);
    if (known !== undefined) return known;
    const generations: Generations = new Map();
    this.#running.set(ref, generations);
    return generations;
  }

  async #cluster(ref: ProjectRef): Promise<Cluster> {
    const { clusters } = this.#parts;
    const cluster = await clusters.ofProject(ref);
    if (cluster !== undefined && (await clusters.isMade(cluster))) return cluster;
    throw new TransientError(`The services of ${ref} wait for its database.`);
  }
}

async function isThere(path: string): Promise<boolean> {
  return (await unlessAbsent(stat(path))) !== undefined;
}
