import { type ProjectEvent, transition } from '../../core/project/life-cycle.ts';
import type { Project } from '../../core/project/project.ts';
import { stackBefore } from '../../core/project/stack-number.ts';
import { type Step, type StepContext, stillOurs } from '../step.ts';

/** Ends the transition: the project gets the status that the workflow's outcome leads to. */
export const settle: Step = {
  title: 'Record the new status',
  async run(context) {
    const { event, ports } = context;
    if (event === undefined) throw new Error('a settling step needs an event');
    const failed = hasFailed(event);
    const failure = failed ? await reasonOf(context) : null;
    for (let { project } = context; ; project = await stillOurs(context)) {
      const settled = settledBy(event, project.value, { failure, now: ports.clock.now() });
      if (settled === undefined) return;
      if ((await ports.projects.update(project, settled)).ok) return;
    }
  },
};

const hasFailed = (event: ProjectEvent) => event.endsWith('_failed') || event === 'rolled_back';

/** Undefined: there is nothing to record, or it was recorded when the step was run before. */
function settledBy(
  event: ProjectEvent,
  project: Project,
  { failure, now }: { readonly failure: string | null; readonly now: Date },
): Project | undefined {
  const next = transition(project.status, event, now);
  const { template_version, coming_version } = project;
  const settled: Project = {
    ...project,
    // The new stack serves, or it has gone.
    template_version: hasFailed(event) ? template_version : (coming_version ?? template_version),
    coming_version: null,
    size_before: null,
    updated_at: now.toISOString(),
  };
  // No event is legal twice. Nor is it that of a project which has been brought up without a change of its status.
  if (!next.ok) return coming_version === null ? undefined : settled;
  const { status, deadline } = next.value;
  return {
    ...settled,
    status,
    deadline: deadline?.toISOString() ?? null,
    failure,
    recovery: null,
    ...(status === 'ACTIVE_HEALTHY' ? { active_since: now.toISOString(), idle_pause: null } : {}),
    ...(event === 'rolled_back' ? stackBefore(project) : {}),
  };
}

/** What the last step that did not get done has to say: why it failed, or what it waited for in vain. */
async function reasonOf({ input, ports }: StepContext): Promise<string> {
  const events = await ports.projects.events(input.ref, input.execution);
  const undone = events.filter((event) => event.status !== 'done' && event.message !== null);
  return undone.at(-1)?.message ?? 'The workflow ended without a reason.';
}
