import type { ProjectEvent } from '../core/project/life-cycle.ts';
import type { Project } from '../core/project/project.ts';
import type { ProjectPorts } from '../core/project/ports.ts';
import type { ProjectSecret } from '../core/project/project-secret.ts';
import type { Stack } from '../core/project/stack.ts';
import type { ProjectTemplate } from '../core/project/template.ts';
import type { ExecutionInput } from '../core/project/workflows.port.ts';
import type { Versioned } from '../core/kernel/table.port.ts';

export interface StepContext {
  readonly input: ExecutionInput;
  /** The project as it was when the step began. */
  readonly project: Versioned<Project>;
  readonly stack: Stack;
  readonly ports: ProjectPorts;
  /** The life-cycle event that a settling step applies. */
  readonly event: ProjectEvent | undefined;
}

/** One thing done to a project. It observes, then acts: running it twice changes nothing, and it may die anywhere. */
export interface Step {
  /** For whoever watches the project come up. */
  readonly title: string;
  /** The step ends the project's record, so its own completion must not be recorded there. */
  readonly last?: true;
  /** Set: it is for some projects only, and for any other one it is neither run nor told of. */
  concerns?(project: Project, template: ProjectTemplate): boolean;
  run(context: StepContext): Promise<void>;
}

/** What is awaited has not happened yet; the step's Retry policy asks again. */
export class NotReady extends Error {
  override readonly name = 'NotReady';
}

/** Another execution owns the project now: this one ends without a trace. */
export class Superseded extends Error {
  override readonly name = 'Superseded';
}

/** A project that was to be paused for want of use is in use: it runs on. */
export class InUse extends Error {
  override readonly name = 'InUse';
}

/** Something of a deleted project is still there; the deletion goes round once more. */
export class Remnants extends Error {
  override readonly name = 'Remnants';
}

export async function secretOf({ input, ports }: StepContext): Promise<ProjectSecret> {
  const secret = await ports.secrets.read(input.ref);
  if (secret === undefined) throw new Error(`project ${input.ref} has no secret`);
  return secret;
}

/** The project as it is now, where somebody else has changed its record meanwhile: a new name, a setting. */
export async function stillOurs({ input, ports }: StepContext): Promise<StepContext['project']> {
  const project = await ports.projects.find(input.ref);
  if (project?.value.execution !== input.execution)
    throw new Superseded('the project was taken by another execution');
  return project;
}
