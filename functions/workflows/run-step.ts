import { z } from 'zod';
import { PortError, TransientError } from '../core/kernel/errors.ts';
import { executionIdSchema, projectRefSchema } from '../core/kernel/ids.ts';
import { PROJECT_EVENTS } from '../core/project/life-cycle.ts';
import type { ProgressEvent } from '../core/project/progress.ts';
import type { ProjectPorts } from '../core/project/ports.ts';
import { stackOf } from '../core/project/stack.ts';
import { findTemplate } from '../core/project/template.ts';
import type { Project } from '../core/project/project.ts';
import { OWNED, WORKFLOWS, type WorkflowName } from '../core/project/workflows.port.ts';
import { InUse, NotReady, Remnants, type Step, type StepContext, Superseded } from './step.ts';
import { STEPS, isStepName } from './steps.ts';

/** What a Task state hands to the step function. */
const requestSchema = z.object({
  step: z.string().refine(isStepName, 'no such step'),
  workflow: z.enum(WORKFLOWS),
  position: z.int(),
  event: z.enum(PROJECT_EVENTS).optional(),
  input: z.object({ ref: projectRefSchema, execution: executionIdSchema }),
});

type StepRequest = z.infer<typeof requestSchema>;

/**
 * Runs one step of a workflow: for the execution that owns the project and no other, and with its progress on record.
 * What it throws carries the `name` that the documents' Retry and Catch rules go by.
 */
export async function runStep(payload: unknown, ports: ProjectPorts): Promise<void> {
  const request = requestSchema.parse(payload);
  const { step, workflow, input } = request;
  const about = { execution_id: input.execution, project: input.ref, workflow, step };
  return ports.log.within(about, () => perform(request, ports));
}

async function perform(request: StepRequest, ports: ProjectPorts): Promise<void> {
  const step = STEPS[request.step];
  const context = await contextOf(request, ports);
  if (step.concerns?.(context.project.value, context.stack.template) === false) return;
  const begun = await begin(request, step, ports);
  try {
    await step.run(context);
  } catch (error) {
    await recordFailure(request, begun, error, ports);
    throw error;
  }
  if (step.last !== true)
    await record(request, { ...begun, ...ended(ports), status: 'done', message: null }, ports);
}

async function contextOf({ input, event, workflow }: StepRequest, ports: ProjectPorts): Promise<StepContext> {
  const project = await ports.projects.find(input.ref);
  if (project === undefined || ownerOf(project.value, workflow) !== input.execution) {
    throw new Superseded(`execution ${input.execution} no longer owns project ${input.ref}`);
  }
  const template = findTemplate(ports.catalogue, project.value.template);
  if (template === undefined)
    throw new PortError(`There is no template "${project.value.template}" any more.`);
  const [{ settings }, refusals] = await Promise.all([
    ports.settings.read(input.ref),
    ports.refusals.of(input.ref),
  ]);
  const stack = stackOf(project.value, template, settings, refusals);
  return { input, project, stack, ports, event };
}

const ownerOf = ({ execution, branch }: Project, workflow: WorkflowName) =>
  OWNED[workflow] === 'project' ? execution : branch?.run?.execution;

async function begin(request: StepRequest, step: Step, ports: ProjectPorts): Promise<ProgressEvent> {
  const { workflow, position, input } = request;
  const place = { execution: input.execution, position, step: request.step };
  const before = await ports.projects.event(input.ref, place);
  const event: ProgressEvent = {
    ...place,
    workflow,
    title: step.title,
    status: 'running',
    started_at: before?.started_at ?? ports.clock.now().toISOString(),
    ended_at: null,
    message: before?.message ?? null,
  };
  if (before?.status !== 'running') await record(request, event, ports);
  return event;
}

async function recordFailure(
  request: StepRequest,
  begun: ProgressEvent,
  error: unknown,
  ports: ProjectPorts,
): Promise<void> {
  if (error instanceof Superseded) return;
  if (error instanceof NotReady || error instanceof Remnants || error instanceof InUse) {
    if (begun.message !== error.message) await record(request, { ...begun, message: error.message }, ports);
    return;
  }
  ports.log.error('step failed', error);
  const message = explain(error, request);
  await record(request, { ...begun, ...ended(ports), status: 'failed', message }, ports);
}

/** Only what the ports say for people to read may be shown; any other error could quote a secret. */
function explain(error: unknown, { input }: StepRequest): string {
  if (error instanceof PortError) return [error.message, error.suggestion].filter(Boolean).join(' ');
  if (error instanceof TransientError) return error.message;
  return `An unexpected error. The control plane's log has it under execution ${input.execution}.`;
}

const ended = (ports: ProjectPorts) => ({ ended_at: ports.clock.now().toISOString() });

function record(request: StepRequest, event: ProgressEvent, ports: ProjectPorts): Promise<void> {
  return ports.projects.recordEvent(request.input.ref, event);
}
