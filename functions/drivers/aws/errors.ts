import type { MiddlewareStack } from '@smithy/types';
import { PortError, TransientError } from '../../core/kernel/errors.ts';
import { exhausted, quotaOf } from './quotas.ts';

/** Failures that pass by themselves although their HTTP status says that the request was at fault. */
const PASSING: ReadonlySet<string> = new Set([
  'ConcurrentModification',
  'ConcurrentModificationException',
  'DatabaseResumingException',
  'DatabaseUnavailableException',
  'EntityTemporarilyUnmodifiableException',
  'KmsThrottlingException',
  'PriorRequestNotComplete',
  'RequestLimitExceeded',
  'RequestThrottled',
  'RequestTimeout',
  'RequestTimeoutException',
  'SlowDown',
  'ThrottledException',
  'Throttling',
  'ThrottlingException',
  'TimeoutError',
  'TooManyRequestsException',
]);

const UNREACHABLE: ReadonlySet<string> = new Set([
  'EAI_AGAIN',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
]);

const REFUSED: ReadonlySet<string> = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'ExpiredTokenException',
  'ForbiddenException',
  'InvalidClientTokenId',
  'KMSKeyNotAccessibleFault',
  'KmsAccessDeniedException',
  'NotAuthorizedException',
  'UnauthorizedOperation',
  'UnrecognizedClientException',
]);

export function isAws(error: unknown, ...names: readonly string[]): error is Error {
  return error instanceof Error && names.includes(error.name);
}

/** What `work` answers, or undefined where AWS answers one of these errors, by name: gone, or there already. */
export async function expecting<T>(work: Promise<T>, ...names: readonly string[]): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (isAws(error, ...names)) return undefined;
    throw error;
  }
}

/**
 * Goes into every client, so that each SDK error is translated once and here. What is not in the tables stays as it
 * is: a driver either expects it by name or has a bug. AWS's own texts stay in the cause, for they name accounts.
 */
export function translating<C, I extends object, O extends object>(
  client: C & { readonly middlewareStack: MiddlewareStack<I, O> },
): C {
  client.middlewareStack.add(
    (next, { clientName = '', commandName = '' }) =>
      async (args) => {
        try {
          return await next(args);
        } catch (error) {
          const [service, action] = [clientName.replace(/Client$/, ''), commandName.replace(/Command$/, '')];
          throw translated(error, { service, action });
        }
      },
    { step: 'initialize', priority: 'high', name: 'translateErrors' },
  );
  return client;
}

export interface Call {
  /** As the SDK calls it: `ECS`, `RDSData`. */
  readonly service: string;
  readonly action: string;
}

export function translated(error: unknown, call: Call): unknown {
  if (!(error instanceof Error)) return error;
  const what = `${call.service} ${call.action}`;
  const quota = quotaOf(error, call);
  if (quota !== undefined) {
    const { message, suggestion } = exhausted(quota);
    return new PortError(message, { suggestion, cause: error });
  }
  if (REFUSED.has(error.name)) {
    return new PortError(`AWS did not permit the control plane ${what}.`, {
      suggestion:
        'Its operator has to grant that action; the log of the control plane says to whom and on what.',
      cause: error,
    });
  }
  if (isPassing(error))
    return new TransientError(`AWS could not answer ${what} now: ${error.name}.`, { cause: error });
  return error;
}

function isPassing(error: Error): boolean {
  const status = statusOf(error);
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return PASSING.has(error.name) || UNREACHABLE.has(code) || status === 429 || status >= 500;
}

function statusOf(error: Error): number {
  const metadata = '$metadata' in error ? error.$metadata : undefined;
  const known = typeof metadata === 'object' && metadata !== null && 'httpStatusCode' in metadata;
  return known && typeof metadata.httpStatusCode === 'number' ? metadata.httpStatusCode : 0;
}
