import type { ExecutionId, ProjectRef } from '../kernel/ids.ts';

export const WORKFLOWS = ['provision', 'pause', 'resume', 'recover', 'redeploy', 'remove'] as const;
export type WorkflowName = (typeof WORKFLOWS)[number];

export interface ExecutionInput {
  readonly ref: ProjectRef;
  readonly execution: ExecutionId;
}

export interface Workflows {
  /** Starts an execution named by its id; one that was started already is left alone. */
  start(workflow: WorkflowName, input: ExecutionInput): Promise<void>;
}
