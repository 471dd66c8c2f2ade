import { type SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { TransientError } from '../../core/kernel/errors.ts';
import type { ExecutionInput, WorkflowName, Workflows } from '../../core/project/workflows.port.ts';
import type { Log } from '../../core/kernel/log.port.ts';
import { isAws } from './errors.ts';

export interface StateMachines {
  readonly arns: Readonly<Record<WorkflowName, string>>;
  /** The function that their Task states invoke. */
  readonly stepFunction: string;
}

/** How often one transition may be driven anew: at one hour each, the reconciler is at it for four days. */
const ATTEMPTS = 100;

/**
 * Step Functions answers a start of an execution that runs already as if it had just started it, and refuses the name
 * of one that has ended for 90 days. A transition that is driven again therefore runs under its id and a number.
 */
export class StepFunctionsWorkflows implements Workflows {
  readonly #sfn: SFNClient;
  readonly #machines: StateMachines;
  readonly #log: Pick<Log, 'info'>;

  constructor(sfn: SFNClient, machines: StateMachines, log: Pick<Log, 'info'>) {
    this.#sfn = sfn;
    this.#machines = machines;
    this.#log = log;
  }

  async start(workflow: WorkflowName, input: ExecutionInput): Promise<void> {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const name = attempt === 1 ? input.execution : `${input.execution}-${attempt}`;
      if (!(await this.#startOrJoin(workflow, name, input))) continue;
      const { ref: project, execution: execution_id } = input;
      return this.#log.info('execution started', { workflow, project, execution_id });
    }
    throw new TransientError(`The workflow ${workflow} of ${input.ref} has been started ${ATTEMPTS} times.`);
  }

  async #startOrJoin(workflow: WorkflowName, name: string, input: ExecutionInput): Promise<boolean> {
    const { arns, stepFunction } = this.#machines;
    try {
      await this.#sfn.send(
        new StartExecutionCommand({
          stateMachineArn: arns[workflow],
          name,
          input: JSON.stringify({ ...input, step_function: stepFunction }),
        }),
      );
      return true;
    } catch (error) {
      if (isAws(error, 'ExecutionAlreadyExists')) return false;
      throw error;
    }
  }
}
