import { describeError } from '../server/log.ts';
import type { Deployment } from './deployments.ts';
import { Instance, type Lease } from './instance.ts';
import type { Ending } from './process.ts';
import { codeOf, type RefusalCode, type RefusalDetails } from './refusal.ts';
import { dropRelease } from './release.ts';
import type { Runtime } from './runtime.ts';

export type Taken =
  | { readonly ok: true; readonly instance: Instance; readonly lease: Lease }
  | { readonly ok: false; readonly code: RefusalCode; readonly details: RefusalDetails };

/** The version of a function that is served, and how it fares. */
interface Entry {
  readonly deployment: Deployment;
  instance: Instance | undefined;
  starting: Promise<Instance | undefined> | undefined;
  /** Runs in a row that ended before they served anything. */
  failures: number;
  /** No run is started before this time. */
  pausedUntil: number;
}

/** The first failure may be an accident; each further one doubles the pause before the next run. */
const PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;

/** The processes of all functions: one for each function that is called. */
export class Pool {
  readonly #runtime: Runtime;
  readonly #entries = new Map<string, Entry>();
  readonly #instances = new Set<Instance>();
  #starting = 0;
  #closed = false;

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
  }

  get size(): number {
    return this.#instances.size;
  }

  /** A process that listens, with a request in it; of a newer version, if one was deployed meanwhile. */
  async take(deployment: Deployment): Promise<Taken> {
    const entry = this.#entryOf(deployment);
    const current = entry.instance?.open === true ? entry.instance : undefined;
    const pause = entry.pausedUntil - performance.now();
    if (current === undefined && pause > 0)
      return { ok: false, code: 'BOOT_ERROR', details: { retryAfterSeconds: Math.ceil(pause / 1000) } };
    const instance = current ?? (await this.#started(entry));
    if (instance === undefined)
      return { ok: false, code: 'WORKER_RESOURCE_LIMIT', details: { retryAfterSeconds: 1 } };
    const lease = instance.enter();
    if (await instance.booted) return { ok: true, instance, lease };
    lease.leave();
    const { executionId } = instance;
    return { ok: false, code: codeOf(await instance.ended, 'BOOT_ERROR'), details: { executionId } };
  }

  /** The function is no more: what runs of it ends with its last request. */
  forget(slug: string): void {
    const entry = this.#entries.get(slug);
    if (entry === undefined) return;
    this.#entries.delete(slug);
    entry.instance?.retire();
    void entry.starting?.then((instance) => instance?.retire());
  }

  async close(): Promise<void> {
    this.#closed = true;
    const entries = [...this.#entries.values()];
    this.#entries.clear();
    await Promise.all(entries.flatMap((entry) => entry.starting ?? []));
    for (const instance of this.#instances) instance.stop();
    await Promise.all([...this.#instances].map((instance) => instance.ended));
  }

  #entryOf(deployment: Deployment): Entry {
    const known = this.#entries.get(deployment.slug);
    if (known !== undefined && known.deployment.serial >= deployment.serial) return known;
    this.forget(deployment.slug);
    const entry: Entry = {
      deployment,
      instance: undefined,
      starting: undefined,
      failures: 0,
      pausedUntil: 0,
    };
    this.#entries.set(deployment.slug, entry);
    return entry;
  }

  /** Undefined when the project has as many processes as it may. */
  #started(entry: Entry): Promise<Instance | undefined> {
    entry.starting ??= this.#start(entry).finally(() => {
      entry.starting = undefined;
    });
    return entry.starting;
  }

  async #start(entry: Entry): Promise<Instance | undefined> {
    this.#starting += 1;
    try {
      if (!(await this.#makeRoom())) return undefined;
      const instance = await Instance.start(entry.deployment, this.#runtime);
      this.#instances.add(instance);
      entry.instance = instance;
      void instance.ended.then((ending) => this.#ended(entry, instance, ending));
      return instance;
    } finally {
      this.#starting -= 1;
    }
  }

  async #makeRoom(): Promise<boolean> {
    if (this.#instances.size + this.#starting <= this.#runtime.limits.processes) return true;
    const [longestIdle] = [...this.#instances]
      .filter((instance) => !instance.busy)
      .toSorted((a, b) => a.idleSince - b.idleSince);
    longestIdle?.stop();
    await longestIdle?.ended;
    return longestIdle !== undefined;
  }

  async #ended(entry: Entry, instance: Instance, ending: Ending): Promise<void> {
    this.#instances.delete(instance);
    entry.failures = ending === 'stopped' || instance.served > 0 ? 0 : entry.failures + 1;
    if (entry.failures > 1)
      entry.pausedUntil =
        performance.now() + Math.min(PAUSE_MS * 2 ** (entry.failures - 2), LONGEST_PAUSE_MS);
    if (this.#closed || this.#entries.get(entry.deployment.slug) === entry) return;
    try {
      const { releases } = await this.#runtime.workplace.folders();
      await dropRelease(entry.deployment, releases);
    } catch (error) {
      this.#runtime.log('warn', 'an old version of a function stays on disk', describeError(error));
    }
  }
}
