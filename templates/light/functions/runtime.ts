import type { Log } from '../server/log.ts';
import type { Deployment } from './deployments.ts';
import type { FunctionMeter } from './meter.ts';
import type { Workplace } from './workplace.ts';

export interface Limits {
  /** Of its heap, in MB. */
  readonly memoryMb: number;
  /** Between two signs of progress of its requests. */
  readonly cpuMs: number;
  /** Until the response begins. */
  readonly responseMs: number;
  /** Of a request as a whole, and of work that goes on after the last one. */
  readonly wallClockMs: number;
  readonly idleMs: number;
  readonly processes: number;
}

/** What all functions of a project are run with. */
export interface Runtime {
  /** The Deno program. */
  readonly program: string;
  readonly workplace: Workplace;
  readonly limits: Limits;
  /** The variables of its environment. */
  readonly environment: (deployment: Deployment, executionId: string) => Readonly<Record<string, string>>;
  /** Under which a function sees its requests. */
  readonly origin: string;
  readonly log: Log;
  readonly meter: FunctionMeter;
}
