import { transition } from '../../core/project/life-cycle.ts';
import type { Project } from '../../core/project/project.ts';
import { type Step, type StepContext, Superseded } from '../step.ts';

/** Ends the transition: the project gets the status that the workflow's outcome leads to. */
export const settle: Step = {
  title: 'Record the new status',
  async run(context) {
    const { event, ports } = context;
    if (event === undefined) throw new Error('a settling step needs an event');
    const failed = event.endsWith('_failed') || event === 'rolled_back';
    const failure = failed ? await reasonOf(context) : null;
    for (let { project } = context; ; project = await stillOurs(context)) {
      const now = ports.clock.now();
      const next = transition(project.value.status, event, now);
      // Run again after it took effect: the event is no longer legal, because it has happened.
      if (!next.ok) return;
      const settled: Project = {
        ...project.value,
        status: next.value.status,
        deadline: next.value.deadline?.toISOString() ?? null,
        failure,
        recovery: null,
        ...(next.value.status === 'ACTIVE_HEALTHY'
          ? { active_since: now.toISOString(), idle_pause: null }
          : {}),
        generation: project.value.generation - (event === 'rolled_back' ? 1 : 0),
        updated_at: now.toISOString(),
      };
      if ((await ports.projects.update(project, settled)).ok) return;
    }
  },
};

/** The project as somebody else has changed it meanwhile: a new name, a setting. */
async function stillOurs({ input, ports }: StepContext): Promise<StepContext['project']> {
  const project = await ports.projects.find(input.ref);
  if (project?.value.execution !== input.execution)
    throw new Superseded('the project was taken by another execution');
  return project;
}

/** What the last step that did not get done has to say: why it failed, or what it waited for in vain. */
async function reasonOf({ input, ports }: StepContext): Promise<string> {
  const events = await ports.projects.events(input.ref, input.execution);
  const undone = events.filter((event) => event.status !== 'done' && event.message !== null);
  return undone.at(-1)?.message ?? 'The workflow ended without a reason.';
}
