import type { JsonObject } from '../kernel/json.ts';
import type { DomainError } from '../kernel/errors.ts';
import { fail } from '../kernel/errors.ts';
import { newExecutionId, type ProjectRef } from '../kernel/ids.ts';
import { type Result, ok } from '../kernel/result.ts';
import type { Write } from '../kernel/table.port.ts';
import { auditWrite } from '../organization/audit.ts';
import type { Actor } from '../organization/principal.ts';
import { NO_SUCH_PROJECT } from './access.ts';
import { type ProjectEvent, sentence, transition } from './life-cycle.ts';
import type { Project } from './project.ts';
import type { ProjectPorts } from './ports.ts';
import { type StackNumber, nextStack, sameStack, startedStack } from './stack-number.ts';
import type { WorkflowName } from './workflows.port.ts';

/** What a person may ask of a project that exists, the workflow that does it, and the stack that it runs then. */
const REQUESTS = {
  provision: { workflow: 'provision', stack: startedStack },
  pause: { workflow: 'pause', stack: sameStack },
  restore: { workflow: 'resume', stack: startedStack },
  cancel_restore: { workflow: 'pause', stack: sameStack },
  recover: { workflow: 'recover', stack: startedStack },
  restart: { workflow: 'redeploy', stack: nextStack },
  upgrade: { workflow: 'redeploy', stack: nextStack },
  resize: { workflow: 'redeploy', stack: nextStack },
  /** To a new database, in the same place. */
  reset: { workflow: 'provision', stack: startedStack },
  remove: { workflow: 'remove', stack: sameStack },
} as const satisfies Partial<
  Record<ProjectEvent, { workflow: WorkflowName; stack: (project: Project) => StackNumber }>
>;

const HAS_BRANCHES = fail('conflict', 'The project has branches.', {
  suggestion: 'Delete them first, with DELETE /v1/projects/{ref}/branches, and wait until they are gone.',
});

export type ProjectRequest = keyof typeof REQUESTS;

/** Of a project that did not count among the active ones. */
const MAKES_ACTIVE: readonly ProjectRequest[] = ['restore', 'provision'];

const NO_NEED = ok<readonly Write[]>([]);

export type TransitionPorts = Pick<ProjectPorts, 'projects' | 'workflows' | 'clock' | 'random'>;

/** Two writers can meet; each retry means that one of them got through, so a handful is plenty. */
const ATTEMPTS = 5;

/**
 * Puts the project into the status that the request leads to and starts the workflow that gets it out again. `change`:
 * what else becomes of the record in the same write.
 */
export async function beginTransition(
  ref: ProjectRef,
  request: ProjectRequest,
  actor: Actor,
  ports: TransitionPorts,
  change: (project: Project) => Partial<Project> = () => ({}),
): Promise<Result<Project, DomainError>> {
  const { workflow, stack } = REQUESTS[request];
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const read = await ports.projects.find(ref);
    if (read === undefined) return NO_SUCH_PROJECT;
    const project = read.value;
    if (request === 'remove' && project.status === 'GOING_DOWN') return ok(project);
    // A branch that is made meanwhile changes the record of its parent, so that this is asked again.
    if (request === 'remove' && (await ports.projects.branchesOf(project)).length > 0) return HAS_BRANCHES;
    const now = ports.clock.now();
    const step = transition(project.status, request, now);
    if (!step.ok) {
      return fail('illegal_transition', `Cannot ${request} a project that is ${project.status}.`, {
        suggestion: sentence(step.error.because),
      });
    }
    const room = MAKES_ACTIVE.includes(request)
      ? await ports.projects.roomIn(project.organization, ref)
      : NO_NEED;
    if (!room.ok) return room;
    const execution = newExecutionId(now, ports.random);
    const next: Project = {
      ...project,
      status: step.value.status,
      deadline: step.value.deadline?.toISOString() ?? null,
      execution,
      failure: null,
      ...stack(project),
      coming_version: null,
      recovery: null,
      idle_pause: null,
      ...change(project),
      updated_at: now.toISOString(),
    };
    const { organization } = project;
    const audit = auditWrite({
      organization,
      action: `project.${request}`,
      subject: ref,
      actor,
      at: now,
      details: detailsOf(next),
    });
    const written = await ports.projects.update(read, next, [audit, ...room.value]);
    if (!written.ok) continue;
    await ports.workflows.start(workflow, { ref, execution });
    return ok(next);
  }
  return fail('conflict', 'The project is being changed by others at this moment.', {
    suggestion: 'Try again.',
  });
}

/** What it was begun for, where that is not plain from its name. */
function detailsOf({
  recovery,
  idle_pause: idle,
  template_version: from,
  coming_version: to,
  size,
  size_before: before,
}: Project): JsonObject {
  if (to !== null) return { from, to };
  if (before !== null && before !== size) return { from: before, to: size };
  if (recovery !== null) return { backup: recovery.backup, until: recovery.until };
  return idle === null ? {} : { idle };
}
