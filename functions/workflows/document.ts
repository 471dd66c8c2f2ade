import type { ProjectEvent } from '../core/project/life-cycle.ts';
import type { WorkflowName } from '../core/project/workflows.port.ts';
import type { Catcher, ParallelState, Retrier, State, TaskState } from './asl.ts';
import { DATABASE, LOGS, RECOVERY, STACK, STEP_TIMEOUT_SECONDS, TRANSIENT } from './retry-policies.ts';
import type { StepName } from './steps.ts';

/** The steps that wait for something, each by the policy for what it waits for. */
const PATIENCE: Partial<Record<StepName, Retrier>> = {
  'clear-branch': DATABASE,
  'recover-database': RECOVERY,
  'copy-database': RECOVERY,
  'copy-files': RECOVERY,
  'await-database': DATABASE,
  'await-stopped': DATABASE,
  'await-healthy': STACK,
  'confirm-idle': LOGS,
};

export interface Plan {
  /** Name of the state; the step's own in PascalCase if left out. */
  readonly state?: string;
  readonly step: StepName;
  readonly event?: ProjectEvent;
  /** Where this step's errors go, instead of where its neighbours' go. */
  readonly catch?: readonly Catcher[];
}

const nameOf = (plan: Plan) =>
  plan.state ?? plan.step.replaceAll(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());

export const catchAll = (next: string): readonly Catcher[] => [
  { ErrorEquals: ['Superseded'], ResultPath: null, Next: SUPERSEDED },
  { ErrorEquals: ['States.ALL'], ResultPath: null, Next: next },
];

const SUPERSEDED = 'Superseded';

/** Where an execution ends that another one has taken the project from, and where one ends that is done. */
export const ENDINGS: Readonly<Record<string, State>> = {
  [SUPERSEDED]: { Type: 'Succeed' },
  Done: { Type: 'Succeed' },
};

/** Ends with the project still in transition: past its deadline the reconciler takes it up. */
export const STUCK: State = {
  Type: 'Fail',
  Error: 'Stuck',
  Cause: 'The project is still in transition and will be taken up again.',
};

/** All is done but the record of it, so nothing is undone when that fails: the project is taken up again. */
const SETTLING = catchAll('Stuck');

/**
 * States that run one after the other and go on to `next`. Positions count from `from`, which orders the steps for
 * whoever watches.
 */
export function sequence(
  workflow: WorkflowName,
  from: number,
  plans: readonly Plan[],
  next: string | undefined,
  catchers?: readonly Catcher[],
): Readonly<Record<string, State>> {
  const states = plans.map((plan, index): [string, TaskState] => {
    const following = plans[index + 1];
    const after = following === undefined ? next : nameOf(following);
    const caught = plan.catch ?? (plan.event === undefined ? catchers : SETTLING);
    const patience = PATIENCE[plan.step];
    return [
      nameOf(plan),
      {
        Type: 'Task',
        Resource: 'arn:aws:states:::lambda:invoke',
        Parameters: {
          'FunctionName.$': '$.step_function',
          Payload: {
            step: plan.step,
            workflow,
            position: from + index,
            ...(plan.event === undefined ? {} : { event: plan.event }),
            'input.$': '$',
          },
        },
        ResultPath: null,
        TimeoutSeconds: STEP_TIMEOUT_SECONDS,
        Retry: patience === undefined ? [TRANSIENT] : [patience, TRANSIENT],
        ...(caught === undefined ? {} : { Catch: caught }),
        ...(after === undefined ? { End: true } : { Next: after }),
      },
    ];
  });
  return Object.fromEntries(states);
}

/**
 * Branches that run side by side, then go on to `next`, or to `failed` if one of them failed. Either way all of them
 * have ended: a Parallel state that fails leaves the other branches' steps running, which would go on to make what
 * is being undone.
 */
export function sideBySide(
  workflow: WorkflowName,
  from: number,
  state: string,
  branches: readonly (readonly [Plan, ...Plan[]])[],
  { next, failed }: { readonly next: string; readonly failed: string },
): Readonly<Record<string, State>> {
  const outcome = `${state}Outcome`;
  let position = from;
  const parallel: ParallelState = {
    Type: 'Parallel',
    Branches: branches.map((plans) => {
      const StartAt = nameOf(plans[0]);
      const gaveUp = `${StartAt}GaveUp`;
      const caught: readonly Catcher[] = [
        { ErrorEquals: ['States.ALL'], ResultPath: '$.failed', Next: gaveUp },
      ];
      const States = sequence(workflow, position, plans, undefined, caught);
      position += plans.length;
      return { StartAt, States: { ...States, [gaveUp]: { Type: 'Succeed' } } };
    }),
    ResultPath: '$.branches',
    Catch: catchAll(failed),
    Next: outcome,
  };
  return {
    [state]: parallel,
    [outcome]: {
      Type: 'Choice',
      Choices: branches.map((_, index) => ({
        Variable: `$.branches[${index}].failed`,
        IsPresent: true,
        Next: failed,
      })),
      Default: next,
    },
  };
}

/**
 * How a workflow that brings a project up ends: it takes over and settles, or is undone from `undo` on. What was undone
 * can fail, too: `undoing` says where that leads.
 */
export function revival(
  workflow: WorkflowName,
  from: number,
  { failed, undoing }: { readonly failed: string; readonly undoing: 'RecordFailure' | 'Stuck' },
): Readonly<Record<string, State>> {
  return {
    // It serves already; a stack of older settings that can't be retired now is no reason to put it back to rest.
    ...sequence(
      workflow,
      from,
      [{ step: 'retire-others' }, { state: 'Activate', step: 'settle', event: 'restored' }],
      'CatchUp',
      catchAll('Stuck'),
    ),
    ...sequence(workflow, from + 2, [{ step: 'catch-up' }], 'Done', catchAll('Done')),
    ...sequence(
      workflow,
      from + 3,
      [
        { state: 'UndoRetractRoute', step: 'retract-route' },
        { state: 'UndoStopStack', step: 'stop-stack' },
        { state: 'UndoStopDatabase', step: 'stop-database' },
      ],
      'RecordFailure',
      catchAll(undoing),
    ),
    ...sequence(
      workflow,
      from + 6,
      [{ state: 'RecordFailure', step: 'settle', event: 'restore_failed' }],
      'Failed',
      catchAll('Stuck'),
    ),
    Failed: { Type: 'Fail', Error: 'RestoreFailed', Cause: failed },
    Stuck: STUCK,
    ...ENDINGS,
  };
}

/** How long it waits before a deletion goes round again: RDS and ECS take minutes to let go, tags seconds more. */
const REMNANTS_WAIT_SECONDS = 15;

/**
 * Deletes all that a project has and proves it: round and round until the inventory finds nothing, so that whatever
 * a step that was still in flight had made goes too. `prefix` tells the states of two removals apart.
 */
export function removal(
  workflow: WorkflowName,
  from: number,
  prefix: string,
  next: string,
): Readonly<Record<string, State>> {
  const first = `${prefix}RetractRoute`;
  const wait = `${prefix}WaitForRemnants`;
  const again: readonly Catcher[] = [
    { ErrorEquals: ['Remnants'], ResultPath: null, Next: wait },
    ...catchAll('Stuck'),
  ];
  const plans: readonly Plan[] = [
    { state: first, step: 'retract-route' },
    { state: `${prefix}DetachHostnames`, step: 'detach-hostnames' },
    { state: `${prefix}StopStack`, step: 'stop-stack' },
    { state: `${prefix}DeleteStack`, step: 'delete-stack' },
    { state: `${prefix}DeleteDatabase`, step: 'delete-database' },
    { state: `${prefix}DeleteObjects`, step: 'delete-objects' },
    { state: `${prefix}DeleteSecrets`, step: 'delete-secrets' },
    { state: `${prefix}ProveGone`, step: 'prove-gone', catch: again },
  ];
  return {
    ...sequence(workflow, from, plans, next, catchAll('Stuck')),
    [wait]: { Type: 'Wait', Seconds: REMNANTS_WAIT_SECONDS, Next: first },
    Stuck: STUCK,
  };
}
