import type { Retrier } from './asl.ts';

/** How long one attempt of a step may take. A step only begins things; what takes longer is awaited by another. */
export const STEP_TIMEOUT_SECONDS = 60;

/**
 * A port that could not answer now: throttled, unreachable, or the Lambda service itself. Full jitter spreads the
 * workflows that an outage has lined up. Worst case 8 waits: 2+4+8+16+30+30+30+30 = 150 s.
 */
export const TRANSIENT: Retrier = {
  ErrorEquals: [
    'TransientError',
    'States.Timeout',
    'Lambda.ServiceException',
    'Lambda.AWSLambdaException',
    'Lambda.SdkClientException',
    'Lambda.TooManyRequestsException',
  ],
  IntervalSeconds: 2,
  BackoffRate: 2,
  MaxDelaySeconds: 30,
  MaxAttempts: 8,
  JitterStrategy: 'FULL',
};

/** A database that is being made, started or stopped: an Aurora cluster takes 5 to 10 minutes. 120 × 10 s = 20 min. */
export const DATABASE: Retrier = {
  ErrorEquals: ['NotReady'],
  IntervalSeconds: 10,
  BackoffRate: 1,
  MaxAttempts: 120,
};

/**
 * A database that is put back: a new Aurora cluster from a snapshot, its instance, and two renamings take 20 to 40
 * minutes. Copies for a branch take less: a clone 5 to 15, files by their number. 240 × 15 s = 60 min.
 */
export const RECOVERY: Retrier = {
  ErrorEquals: ['NotReady'],
  IntervalSeconds: 15,
  BackoffRate: 1,
  MaxAttempts: 240,
};

/** A stack that comes up: images are pulled and health checks pass in 1 to 3 minutes. 120 × 5 s = 10 min. */
export const STACK: Retrier = {
  ErrorEquals: ['NotReady'],
  IntervalSeconds: 5,
  BackoffRate: 1,
  MaxAttempts: 120,
};

/** The last requests to a project become known within minutes. 20 × 15 s = 5 min. */
export const LOGS: Retrier = {
  ErrorEquals: ['NotReady'],
  IntervalSeconds: 15,
  BackoffRate: 1,
  MaxAttempts: 20,
};

/** The longest that a policy can wait, jitter aside (full jitter only shortens), attempts not counted. */
export function worstCaseSeconds(policy: Retrier): number {
  let total = 0;
  for (let attempt = 0; attempt < policy.MaxAttempts; attempt += 1) {
    const delay = policy.IntervalSeconds * policy.BackoffRate ** attempt;
    total += Math.min(delay, policy.MaxDelaySeconds ?? Number.POSITIVE_INFINITY);
  }
  return total;
}
