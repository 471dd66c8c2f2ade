import type { Clock } from '../../core/kernel/clock.port.ts';
import type { ProjectRef } from '../../core/kernel/ids.ts';
import { DEMAND_MS, type PoolBounds, poolSize } from '../../core/project/pool-size.ts';
import type { ClusterMaker } from './cluster-maker.ts';
import type { Cluster, Clusters } from './clusters.ts';
import type { LightProcesses } from './light-process.ts';
import type { Log } from './log.ts';
import type { PostgresServers } from './postgres-server.ts';
import type { PostgresTemplate } from './postgres-template.ts';
import type { Supervised } from './supervised.ts';

/** Refilling waits until no project has been created for this long, so as not to slow one down. */
const QUIET_MS = 1500;
const AFTER_FAILURE_MS = 30_000;

export interface PoolParts {
  /** How many stacks are kept ready; demand decides between the two. */
  readonly bounds: PoolBounds;
  readonly clock: Clock;
  readonly clusters: Clusters;
  readonly light: LightProcesses;
  readonly log: Log;
  readonly maker: ClusterMaker;
  readonly servers: PostgresServers;
  readonly template: PostgresTemplate;
}

/** Stacks that only lack a name: Postgres runs, and a light process beside it waits for its configuration. */
export class WarmPool {
  readonly #parts: PoolParts;
  readonly #ready: Cluster[] = [];
  /** When projects were created. */
  #taken: readonly number[] = [];
  readonly #lights = new Map<string, Supervised>();
  #timer: NodeJS.Timeout | undefined;
  #refilling: Promise<void> | undefined;
  #closed = false;

  constructor(parts: PoolParts) {
    this.#parts = parts;
  }

  /** The number of stacks that wait for a project. */
  get ready(): number {
    return this.#ready.length;
  }

  /** Makes the pool as large as it should be; answers when it is, or when filling it failed and will be tried again. */
  fill(): Promise<void> {
    this.#refilling ??= this.#refill()
      .then(() => this.#trim())
      .finally(() => {
        this.#refilling = undefined;
      });
    return this.#refilling;
  }

  /** Gives a ready cluster to the project; undefined where there is none. */
  async claim(ref: ProjectRef): Promise<Cluster | undefined> {
    const { clock, clusters, servers } = this.#parts;
    const now = clock.now().getTime();
    this.#taken = [...this.#taken.filter((at) => at > now - DEMAND_MS), now];
    this.#refillIn(QUIET_MS);
    for (let cluster = this.#ready.shift(); cluster !== undefined; cluster = this.#ready.shift()) {
      if ((await servers.state(cluster)) === 'available' && (await clusters.claim(cluster.id, ref)))
        return cluster;
      await this.#discard(cluster);
    }
    return undefined;
  }

  /** The light process that was started with a claimed cluster; only the first caller gets it. */
  take(clusterId: string): Supervised | undefined {
    const light = this.#lights.get(clusterId);
    this.#lights.delete(clusterId);
    return light?.pid === undefined ? undefined : light;
  }

  /** Ends the light process of a claimed cluster if nobody took it. */
  async release(clusterId: string): Promise<void> {
    const light = this.#lights.get(clusterId);
    this.#lights.delete(clusterId);
    if (light !== undefined) await this.#parts.light.stop(light);
  }

  /** Prepares no more; answers when what was being prepared is done. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#refilling;
  }

  #refillIn(ms: number): void {
    clearTimeout(this.#timer);
    if (!this.#closed) this.#timer = setTimeout(() => void this.fill(), ms);
  }

  async #refill(): Promise<void> {
    const { clusters, log } = this.#parts;
    while (!this.#closed && this.#ready.length < this.#size()) {
      const cluster = clusters.cluster(clusters.newId());
      try {
        await this.#prepare(cluster);
      } catch (error) {
        log('warn', 'the pool of prepared projects could not be filled', { error: String(error) });
        await this.#discard(cluster);
        return this.#refillIn(AFTER_FAILURE_MS);
      }
    }
  }

  #size(): number {
    const { bounds, clock } = this.#parts;
    return poolSize(this.#taken, clock.now().getTime(), bounds);
  }

  /** Ends what was prepared for a demand that is over. */
  async #trim(): Promise<void> {
    while (!this.#closed && this.#ready.length > this.#size()) {
      const surplus = this.#ready.pop();
      if (surplus !== undefined) await this.#discard(surplus);
    }
  }

  async #prepare(cluster: Cluster): Promise<void> {
    const { clusters, light, maker, servers, template } = this.#parts;
    await maker.make(cluster, (folder, owner) => template.copyTo(folder, owner));
    await servers.start(cluster);
    await maker.adopt(cluster);
    this.#lights.set(cluster.id, await light.boot(cluster));
    await clusters.markPooled(cluster.id);
    this.#ready.push(cluster);
  }

  async #discard(cluster: Cluster): Promise<void> {
    const { clusters, servers } = this.#parts;
    await this.release(cluster.id);
    await servers.destroy(cluster);
    await clusters.unmarkPooled(cluster.id);
  }
}
