import { ERRORS } from '@tus/server';
import { type Failure, type Outcome, statusOf } from '../failures.ts';

/** A failure as the TUS server takes it. Clients of this protocol are told its own status, not 400 for everything. */
class TusFailure extends Error {
  readonly status_code: number;
  readonly body: string;

  constructor(failure: Failure) {
    super(failure.message);
    this.status_code = statusOf(failure);
    this.body = failure.message;
  }
}

/** The value, or the failure thrown at the TUS server. */
export function valueOrThrow<Value>(outcome: Outcome<Value>): Value {
  if (!outcome.ok) throw new TusFailure(outcome.failure);
  return outcome.value;
}

type Answer = { status_code: number; body: string };

/** What to answer; undefined for what is nobody's fault but ours. */
export function answerOf(error: Error | Answer): Answer | undefined {
  // The one that came first has not let go in time; clients wait and come back.
  if (error === ERRORS.ERR_LOCK_TIMEOUT) return { status_code: 423, body: 'The resource is locked' };
  return error instanceof TusFailure || !(error instanceof Error) ? error : undefined;
}
