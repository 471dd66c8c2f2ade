import { StateMachine } from 'aws-local-stepfunctions';
import type { Log } from '../../core/kernel/log.port.ts';
import type { ExecutionId } from '../../core/kernel/ids.ts';
import {
  type ExecutionInput,
  OWNED,
  type WorkflowName,
  type Workflows,
} from '../../core/project/workflows.port.ts';
import { Slots } from './slots.ts';
import type { State, StateMachine as Document } from '../../workflows/asl.ts';

/** Runs one step; what it throws carries the name that Retry and Catch go by. */
export type StepFunction = (payload: unknown) => Promise<void>;

/**
 * Local steps wait for what they begin, so a retry only bridges moments. 240 of them at most make a minute, which
 * is what a stack may take to come up on a machine under full load.
 */
const RETRY_MS = 250;

/** More at once would only make each other wait: bringing up a project keeps a core busy for half a second. */
const AT_ONCE = 8;

/** `replaced`: another execution of the project has taken its place. */
type ExecutionResult = 'succeeded' | 'failed' | 'replaced';

type OnEnd = (workflow: WorkflowName, result: ExecutionResult, seconds: number) => void;

interface Execution {
  readonly id: ExecutionId;
  /** Resolves when no step of it runs any more; never rejects. */
  readonly over: Promise<void>;
  abort(): void;
}

/**
 * The same documents that Step Functions runs, run in this process. A project has one execution at a time, and a
 * branch one more of what is carried: a new one stops the old one and begins when its last step has ended. Nothing is kept over a restart, because the
 * reconciler starts again whatever was in flight and every step may be run twice.
 */
export class LocalWorkflows implements Workflows {
  readonly #documents: Record<WorkflowName, Document>;
  readonly #runStep: StepFunction;
  readonly #log: Log;
  readonly #retryMs: number;
  readonly #onEnd: OnEnd;
  readonly #executions = new Map<string, Execution>();
  readonly #slots = new Slots(AT_ONCE);
  #closed = false;

  constructor(
    documents: Record<WorkflowName, Document>,
    runStep: StepFunction,
    log: Log,
    options: { readonly retryMs?: number; readonly onEnd?: OnEnd } = {},
  ) {
    this.#documents = documents;
    this.#runStep = runStep;
    this.#log = log;
    this.#retryMs = options.retryMs ?? RETRY_MS;
    this.#onEnd = options.onEnd ?? (() => {});
  }

  async start(workflow: WorkflowName, input: ExecutionInput): Promise<void> {
    const owned = `${OWNED[workflow]} ${input.ref}`;
    const before = this.#executions.get(owned);
    if (this.#closed || before?.id === input.execution) return;
    before?.abort();
    const { ref: project, execution: execution_id } = input;
    this.#log.info('execution started', { workflow, project, execution_id });
    const run = this.#run(workflow, input, before?.over ?? Promise.resolve());
    const execution = { id: input.execution, ...run };
    this.#executions.set(owned, execution);
    void run.over.then(() => {
      if (this.#executions.get(owned) === execution) this.#executions.delete(owned);
    });
  }

  /** Executions that are under way. */
  get size(): number {
    return this.#executions.size;
  }

  /** Resolves when nothing runs. */
  async idle(): Promise<void> {
    while (this.#executions.size > 0) {
      await Promise.all([...this.#executions.values()].map((execution) => execution.over));
    }
  }

  /** Ends every execution after the step it is in; the reconciler of the next start goes on from there. */
  async close(): Promise<void> {
    this.#closed = true;
    const running = [...this.#executions.values()];
    for (const execution of running) execution.abort();
    await Promise.all(running.map((execution) => execution.over));
  }

  #run(workflow: WorkflowName, input: ExecutionInput, previous: Promise<void>) {
    const { machine, tasks, waits } = prepared(this.#documents[workflow]);
    const steps = new Set<Promise<null>>();
    let aborted = false;
    let abortMachine = () => {};
    const step = async (parameters: unknown): Promise<null> => {
      if (aborted) return new Promise<never>(() => {});
      const running = this.#runStep(payloadOf(parameters)).then(() => null);
      steps.add(running);
      try {
        return await running;
      } finally {
        steps.delete(running);
      }
    };
    const execute = async () => {
      await previous;
      using _slot = await this.#slots.take();
      if (aborted) return;
      const began = performance.now();
      let result: ExecutionResult = 'succeeded';
      const started = machine.run(
        { ...input, step_function: 'local' },
        {
          noThrowOnAbort: true,
          overrides: {
            taskResourceLocalHandlers: Object.fromEntries(tasks.map((name) => [name, step])),
            retryIntervalOverrides: Object.fromEntries(tasks.map((name) => [name, this.#retryMs])),
            waitTimeOverrides: Object.fromEntries(waits.map((name) => [name, this.#retryMs])),
          },
        },
      );
      abortMachine = () => started.abort();
      try {
        await started.result;
      } catch (error) {
        result = 'failed';
        this.#log.error('execution failed', error);
      }
      await Promise.allSettled(steps);
      if (aborted) result = 'replaced';
      const ms = performance.now() - began;
      this.#onEnd(workflow, result, ms / 1000);
      this.#log.info('execution ended', { result, duration_ms: Math.round(ms) });
    };
    return {
      over: this.#log.within({ execution_id: input.execution, project: input.ref, workflow }, execute),
      abort: () => {
        aborted = true;
        abortMachine();
      },
    };
  }
}

const machines = new WeakMap<Document, ReturnType<typeof prepare>>();

/** Made once, when the first execution asks for it. */
function prepared(document: Document): ReturnType<typeof prepare> {
  const machine = machines.get(document) ?? prepare(document);
  machines.set(document, machine);
  return machine;
}

function prepare(document: Document) {
  const states = allStates(document);
  const named = (type: State['Type']) =>
    states.filter(([, state]) => state.Type === type).map(([name]) => name);
  // A JSON copy, because the library's types want its own mutable shapes. The documents are validated by their tests;
  // here it would cost half a second of every start.
  const machine = new StateMachine(JSON.parse(JSON.stringify(document)), {
    validationOptions: { noValidate: true },
  });
  return { machine, tasks: named('Task'), waits: named('Wait') };
}

function allStates(document: Document): readonly (readonly [string, State])[] {
  return Object.entries(document.States).flatMap(([name, state]) => [
    [name, state] as const,
    ...(state.Type === 'Parallel' ? state.Branches.flatMap(allStates) : []),
  ]);
}

function payloadOf(parameters: unknown): unknown {
  return typeof parameters === 'object' && parameters !== null && 'Payload' in parameters
    ? parameters.Payload
    : undefined;
}
