/**
 * The part of the Amazon States Language that our workflows are written in: JSONPath dialect, no heartbeat and no
 * task token, because those run alike in Step Functions and in the local runner.
 */
export interface Retrier {
  readonly ErrorEquals: readonly string[];
  readonly IntervalSeconds: number;
  readonly MaxAttempts: number;
  readonly BackoffRate: number;
  readonly MaxDelaySeconds?: number;
  readonly JitterStrategy?: 'FULL' | 'NONE';
}

export interface Catcher {
  readonly ErrorEquals: readonly string[];
  /** Where the error goes in the output: nowhere, or where a Choice looks for it. */
  readonly ResultPath: null | '$.failed';
  readonly Next: string;
}

type After = { readonly Next: string } | { readonly End: true };

export type TaskState = {
  readonly Type: 'Task';
  readonly Resource: 'arn:aws:states:::lambda:invoke';
  readonly Parameters: {
    readonly 'FunctionName.$': '$.step_function';
    readonly Payload: {
      readonly step: string;
      readonly workflow: string;
      readonly position: number;
      readonly event?: string;
      readonly 'input.$': '$';
    };
  };
  readonly ResultPath: null;
  readonly TimeoutSeconds: number;
  readonly Retry: readonly Retrier[];
  readonly Catch?: readonly Catcher[];
} & After;

export type ParallelState = {
  readonly Type: 'Parallel';
  readonly Branches: readonly StateMachine[];
  /** The outputs of the branches, in their order. */
  readonly ResultPath: '$.branches';
  readonly Catch?: readonly Catcher[];
} & After;

interface ChoiceState {
  readonly Type: 'Choice';
  readonly Choices: readonly {
    readonly Variable: `$.${string}`;
    readonly IsPresent: true;
    readonly Next: string;
  }[];
  readonly Default: string;
}

export type State =
  | TaskState
  | ParallelState
  | ChoiceState
  | ({ readonly Type: 'Wait'; readonly Seconds: number } & After)
  | { readonly Type: 'Succeed' }
  | { readonly Type: 'Fail'; readonly Error: string; readonly Cause: string };

export interface StateMachine {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
}

export interface WorkflowDocument extends StateMachine {
  readonly Comment: string;
  /** Step Functions ends an execution past it; the reconciler then takes the project up. */
  readonly TimeoutSeconds: number;
}
