import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { Agent } from 'node:http';
import { join } from 'node:path';
import { describeError, type Log } from '../server/log.ts';
import { denoCommand, type Placement, socketIn, temporaryIn } from './command.ts';
import type { Deployment } from './deployments.ts';
import { type Ending, FunctionProcess } from './process.ts';
import { prepareRelease } from './release.ts';
import type { Limits, Runtime } from './runtime.ts';
import { watch } from './watch.ts';

/** A request's stay in a process. */
export interface Lease {
  /** It has got something out of the function. */
  readonly progress: () => void;
  readonly leave: () => void;
}

/** One run of one version of a function: its process, the requests in it, and when that has to end. */
export class Instance {
  /** Supabase's execution id: of the process, not of a request. */
  readonly executionId = randomUUID();
  readonly socket: string;
  /** Keeps connections: one that ends with its answer can break before the answer is read. */
  readonly agent = new Agent({ keepAlive: true });
  readonly booted: Promise<boolean>;
  readonly ended: Promise<Ending>;
  /** When it last came to have nothing to do. */
  idleSince = performance.now();
  /** Responses it has begun. */
  served = 0;
  readonly #process: FunctionProcess;
  readonly #limits: Limits;
  readonly #log: Log;
  #open = true;
  #requests = 0;
  #background = false;
  #boots = true;
  #progressed = false;
  #end: NodeJS.Timeout | undefined;

  static async start(deployment: Deployment, runtime: Runtime): Promise<Instance> {
    const { runs, releases, cache } = await runtime.workplace.folders();
    const release = await prepareRelease(deployment, releases);
    const folder = await mkdtemp(join(runs, 'run-'));
    await mkdir(temporaryIn(folder));
    return new Instance(deployment, runtime, { release, folder, cache });
  }

  private constructor(deployment: Deployment, runtime: Runtime, placement: Placement) {
    const { slug, version } = deployment;
    const { limits, origin, meter } = runtime;
    this.#limits = limits;
    this.#log = (level, message, fields) =>
      runtime.log(level, message, { function: slug, version, execution_id: this.executionId, ...fields });
    this.socket = socketIn(placement.folder);
    const started = performance.now();
    this.#process = new FunctionProcess(
      runtime.program,
      denoCommand(deployment, placement, { memoryMb: limits.memoryMb, origin }),
      {
        folder: placement.folder,
        environment: runtime.environment(deployment, this.executionId),
        log: this.#log,
        background: (busy) => {
          this.#background = busy;
          this.#endWhenDone();
        },
      },
    );
    meter.start(slug);
    const watching = watch({
      process: this.#process,
      limits,
      boots: () => this.#boots,
      stuck: () => this.#takeProgress(),
      used: (ms) => meter.cpu(slug, ms),
      failed: (error) => this.#log('error', 'a function cannot be watched', describeError(error)),
    });
    const bootTooLong = setTimeout(() => this.#process.kill('crashed'), limits.responseMs);
    this.booted = this.#process.ready.then((ready) => {
      clearTimeout(bootTooLong);
      this.#boots = false;
      this.#progressed = true;
      if (ready) this.#log('info', 'booted', { boot_ms: Math.round(performance.now() - started) });
      return ready;
    });
    this.ended = this.#process.ended.then(async (ending) => {
      this.#open = false;
      watching.stop();
      this.agent.destroy();
      clearTimeout(this.#end);
      this.#log(ending === 'stopped' ? 'info' : 'error', 'ended', { reason: ending });
      meter.end(slug, ending);
      await rm(placement.folder, { recursive: true, force: true });
      return ending;
    });
  }

  /** Whether requests may still be given to it. */
  get open(): boolean {
    return this.#open;
  }

  get busy(): boolean {
    return this.#requests > 0 || this.#background;
  }

  enter(): Lease {
    clearTimeout(this.#end);
    this.#requests += 1;
    let inside = true;
    return {
      progress: () => {
        this.#progressed = true;
      },
      leave: () => {
        if (!inside) return;
        inside = false;
        this.#requests -= 1;
        this.#endWhenDone();
      },
    };
  }

  /** Takes no more requests and ends with the last one it has. */
  retire(): void {
    this.#open = false;
    this.#endWhenDone();
  }

  stop(): void {
    this.#open = false;
    this.#process.stop();
  }

  #takeProgress(): boolean {
    const stuck = this.#requests > 0 && !this.#progressed;
    this.#progressed = false;
    return stuck;
  }

  #endWhenDone(): void {
    clearTimeout(this.#end);
    if (this.#requests > 0) return;
    this.idleSince = performance.now();
    const { wallClockMs, idleMs } = this.#limits;
    const patience = this.#open ? idleMs : 0;
    this.#end = setTimeout(() => this.stop(), this.#background ? wallClockMs : patience);
  }
}
