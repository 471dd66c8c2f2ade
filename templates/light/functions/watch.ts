import type { FunctionProcess } from './process.ts';
import type { Limits } from './runtime.ts';
import { readUsage, type Usage } from './usage.ts';

/** How often a process is looked at: what it can take between two looks is little to a machine. */
const LOOK_MS = 200;

/** What Deno takes beside the heap that the limit is for. */
const OWN_BYTES = 96 * 1024 * 1024;

/** To compile what a function imports may take longer than any request. */
const BOOT_CPU_MS = 20_000;

export interface Watched {
  readonly process: FunctionProcess;
  readonly limits: Pick<Limits, 'memoryMb' | 'cpuMs'>;
  /** Whether it still has to come to listen. */
  readonly boots: () => boolean;
  /** Whether a request is in it that has got nothing out of it since the last look. */
  readonly stuck: () => boolean;
  readonly used: (cpuMs: number) => void;
  readonly failed: (error: unknown) => void;
}

/**
 * Kills a process that takes too much. CPU time counts from the last sign of progress: a process shares its time
 * among its requests, and one that loops gives none of them a sign.
 */
export function watch(watched: Watched): { stop(): void } {
  const { process, limits } = watched;
  const memoryBytes = limits.memoryMb * 1024 * 1024 + OWN_BYTES;
  let cpuMs = 0;
  let cpuMsAtProgress = 0;

  function judge(usage: Usage): void {
    watched.used(usage.cpuMs - cpuMs);
    cpuMs = usage.cpuMs;
    if (!watched.stuck()) cpuMsAtProgress = cpuMs;
    if (usage.memoryBytes > memoryBytes) process.kill('memory');
    else if (cpuMs - cpuMsAtProgress > (watched.boots() ? BOOT_CPU_MS : limits.cpuMs)) process.kill('cpu');
  }

  let looking = false;
  const timer = setInterval(() => {
    if (looking || process.pid === undefined) return;
    looking = true;
    readUsage(process.pid)
      .then((usage) => usage && judge(usage))
      .catch(watched.failed)
      .finally(() => (looking = false));
  }, LOOK_MS);
  return { stop: () => clearInterval(timer) };
}
