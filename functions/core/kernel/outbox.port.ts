import type { Mail } from './notifier.port.ts';

export interface SentMail extends Mail {
  readonly id: string;
  readonly from: string;
  /** ISO 8601 */
  readonly sent_at: string;
}

/** Mails that were kept in place of being sent. */
export interface Outbox {
  /** The newest first, at most so many. */
  list(limit: number): Promise<readonly SentMail[]>;
}
