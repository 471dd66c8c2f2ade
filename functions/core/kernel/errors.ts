import type { ErrorCode } from '../../contract/errors.ts';
import { err } from './result.ts';

/** What went wrong, for a program (`code`), for a person (`message`), and what to do about it (`suggestion`). */
export interface DomainError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly field?: string;
  readonly suggestion?: string;
}

export function fail(
  code: ErrorCode,
  message: string,
  more: { readonly field?: string; readonly suggestion?: string } = {},
): { readonly ok: false; readonly error: DomainError } {
  return err({ code, message, ...more });
}

/**
 * A port's refusal that a person can act on: a quota, a missing binary, a full disk. Drivers throw it in place of
 * a foreign error; its message holds no secret, so workflows keep it as the failure reason.
 */
export class PortError extends Error {
  override readonly name = 'PortError';
  readonly suggestion: string | undefined;

  constructor(message: string, options: { readonly suggestion?: string; readonly cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.suggestion = options.suggestion;
  }
}

/** The port could not answer now and may later: throttled, timed out, unreachable. Workflows retry it. */
export class TransientError extends Error {
  override readonly name = 'TransientError';

  constructor(message: string, options: { readonly cause?: unknown } = {}) {
    super(message, { cause: options.cause });
  }
}
