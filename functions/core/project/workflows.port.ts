import type { ExecutionId, ProjectRef } from '../kernel/ids.ts';

export const WORKFLOWS = ['provision', 'pause', 'resume', 'recover', 'redeploy', 'remove', 'carry'] as const;
export type WorkflowName = (typeof WORKFLOWS)[number];

/**
 * What an execution owns while it runs: the project itself, or what is carried between a branch and its project, which
 * go on with their own lives meanwhile.
 */
export const OWNED: Readonly<Record<WorkflowName, 'project' | 'branch'>> = {
  provision: 'project',
  pause: 'project',
  resume: 'project',
  recover: 'project',
  redeploy: 'project',
  remove: 'project',
  carry: 'branch',
};

export interface ExecutionInput {
  readonly ref: ProjectRef;
  readonly execution: ExecutionId;
}

export interface Workflows {
  /** Starts an execution named by its id; one that was started already is left alone. */
  start(workflow: WorkflowName, input: ExecutionInput): Promise<void>;
}
