import type { ProjectSecret } from './project-secret.ts';
import type { Stack } from './stack.ts';
import type { ServiceName } from './template.ts';

export interface ServiceHealth {
  readonly name: ServiceName | 'tools';
  readonly status: 'COMING_UP' | 'ACTIVE_HEALTHY' | 'UNHEALTHY';
  readonly error?: string;
  readonly info?: { readonly name: string; readonly version: string; readonly description: string };
}

/**
 * What runs a project's services: a Fargate task set, or supervised processes. A stack is told apart by its
 * generation, so that two of one project can run side by side while one takes over from the other. All methods may
 * be repeated.
 * @throws {TransientError | PortError} as the Databases port does
 */
export interface Compute {
  /** Makes what the stack needs before it can run: its role, its task definition, its folders. */
  prepare(stack: Stack): Promise<void>;
  /** Whether there is this generation, running or at rest, so that `deploy` starts it as it was made. */
  isMade(stack: Stack): Promise<boolean>;
  /** Begins to run this generation of the stack. */
  deploy(stack: Stack, secret: ProjectSecret): Promise<void>;
  /** How this generation's services fare, and its tools; empty where it is not running or the template has none. */
  health(stack: Stack): Promise<readonly ServiceHealth[]>;
  /** Lets this generation serve the project's address. */
  promote(stack: Stack): Promise<void>;
  /** Ends every generation but this one. */
  retireOthers(stack: Stack): Promise<void>;
  /** Ends this generation only. */
  retire(stack: Stack): Promise<void>;
  /** Ends every generation and waits until none runs. */
  stop(stack: Stack): Promise<void>;
  /** Removes what `prepare` and `deploy` made. */
  delete(stack: Stack): Promise<void>;
}
