import type { Result } from '../kernel/result.ts';

/** What an issuer says of somebody, proven. */
export interface Identity {
  /** Issuer and subject: together they name one person, for ever. */
  readonly issuer: string;
  readonly subject: string;
  /** Absent where the issuer names none, or has not seen that it is theirs. */
  readonly email?: string;
  readonly expires_at: Date;
}

/** Why a token proves nothing, for whoever sent it: `expired`, or anything else. */
export type Refusal = 'expired' | 'invalid';

export interface IdentityProvider {
  /** Rejects with a TransientError where the issuer's keys cannot be had. */
  verify(token: string): Promise<Result<Identity, Refusal>>;
}
