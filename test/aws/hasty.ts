import type { WorkflowName } from '../../functions/core/project/workflows.port.ts';
import type { Retrier, State, StateMachine } from '../../functions/workflows/asl.ts';
import { DOCUMENTS } from '../../functions/workflows/documents.ts';
import { byWorkflow } from '../../infra/control-plane/plan/names.ts';

/** How often at most a step is tried again: while it waits for something, and after a failure that may pass. */
interface Patience {
  readonly looks: number;
  readonly tries?: number;
}

/** The workflows with less patience than they have: a test need not wait for what never comes as long as they do. */
export function hasty({ looks, tries = Infinity }: Patience): Record<WorkflowName, StateMachine> {
  const ofRetrier = (retrier: Retrier): Retrier => {
    const most = retrier.ErrorEquals.includes('NotReady') ? looks : tries;
    return { ...retrier, MaxAttempts: Math.min(retrier.MaxAttempts, most) };
  };
  const ofState = (state: State): State => {
    if (state.Type === 'Task') return { ...state, Retry: state.Retry.map(ofRetrier) };
    return state.Type === 'Parallel' ? { ...state, Branches: state.Branches.map(ofMachine) } : state;
  };
  const ofMachine = ({ StartAt, States }: StateMachine): StateMachine => ({
    StartAt,
    States: Object.fromEntries(Object.entries(States).map(([name, state]) => [name, ofState(state)])),
  });
  return byWorkflow((workflow) => ofMachine(DOCUMENTS[workflow]));
}
