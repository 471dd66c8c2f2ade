import { z } from 'zod';
import { executionIdSchema } from '../kernel/ids.ts';
import type { Clock } from '../kernel/clock.port.ts';
import type { Project } from './project.ts';
import { WORKFLOWS, type WorkflowName } from './workflows.port.ts';

/** How one step of a workflow fares, for whoever watches. */
export const progressEventSchema = z.object({
  execution: executionIdSchema,
  workflow: z.enum(WORKFLOWS),
  /** Place of the step in its workflow. */
  position: z.int(),
  step: z.string(),
  title: z.string(),
  status: z.enum(['running', 'done', 'failed']),
  started_at: z.iso.datetime(),
  ended_at: z.iso.datetime().nullable(),
  /** Why it failed and what to do, or what it is waiting for. */
  message: z.string().nullable(),
});

export type ProgressEvent = z.infer<typeof progressEventSchema>;

/** After every step: what a job has to say is not of the workflow's own. */
const NOTE_POSITION = 900;

interface Note {
  readonly workflow: WorkflowName;
  readonly title: string;
  readonly message: string;
}

/** Something that a job has seen and done about a project, said beside the steps of its workflow. */
export function noteOf(
  { execution }: Pick<Project, 'execution'>,
  note: Note,
  clock: Clock,
): ProgressEvent | undefined {
  if (execution === null) return undefined;
  const at = clock.now().toISOString();
  const when = { started_at: at, ended_at: at };
  return { execution, position: NOTE_POSITION, step: 'note', status: 'done', ...note, ...when };
}
