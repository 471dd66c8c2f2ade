import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { TransientError } from '../../core/kernel/errors.ts';
import { translated } from '../aws/errors.ts';

/** Reasons for a cancelled transaction that another attempt may not meet. */
const PASSING_REASONS: ReadonlySet<string> = new Set([
  'TransactionConflict',
  'ThrottlingError',
  'ProvisionedThroughputExceeded',
]);

/** DynamoDB's own errors that pass; those of every AWS service are known to `translated`. */
const PASSING: ReadonlySet<string> = new Set([
  'InternalServerError',
  'ProvisionedThroughputExceededException',
  'ReplicatedWriteConflictException',
  'TransactionConflictException',
  'TransactionInProgressException',
]);

/** What became of a transaction that was not carried out; undefined where that is for no caller to act on. */
export type Cancellation =
  | { readonly kind: 'condition_failed'; readonly write: number }
  | { readonly kind: 'passing' };

/**
 * The first write that failed decides. Where that one met a passing obstacle, nobody knows whether its condition
 * holds, so that a later write's failed condition must not be told as the first.
 */
export function cancellationOf(error: unknown): Cancellation | undefined {
  if (error instanceof Error && error.name === 'TransactionInProgressException') return { kind: 'passing' };
  if (!(error instanceof TransactionCanceledException)) return undefined;
  const codes = (error.CancellationReasons ?? []).map((reason) => reason.Code ?? 'None');
  const write = codes.findIndex((code) => code !== 'None');
  const code = codes[write] ?? '';
  if (code === 'ConditionalCheckFailed') return { kind: 'condition_failed', write };
  return PASSING_REASONS.has(code) ? { kind: 'passing' } : undefined;
}

export function translateDynamoError(error: unknown, action: string): unknown {
  if (error instanceof Error && PASSING.has(error.name)) {
    return new TransientError(`DynamoDB could not answer ${action} now: ${error.name}.`, { cause: error });
  }
  return translated(error, { service: 'DynamoDB', action });
}
