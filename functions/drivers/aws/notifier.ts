import { SendEmailCommand, type SESv2Client } from '@aws-sdk/client-sesv2';
import type { Clock } from '../../core/kernel/clock.port.ts';
import { PortError } from '../../core/kernel/errors.ts';
import type { Table } from '../../core/kernel/table.port.ts';
import type { Mail, Notifier } from '../../core/kernel/notifier.port.ts';
import { isAws } from './errors.ts';

export interface NotifierParts {
  readonly ses: SESv2Client;
  /** Remembers what was sent, for SES takes no token that would tell a repeated request. */
  readonly table: Table;
  readonly clock: Clock;
  /** An address of a domain that SES has verified. */
  readonly sender: string;
}

/** Longer than any workflow is driven again. */
const REMEMBERED_SECONDS = 7 * 24 * 3600;

/** A mail may be sent twice only if the caller dies between sending and noting it; one that was lost is not better. */
export class SesNotifier implements Notifier {
  readonly #parts: NotifierParts;
  readonly #sending = new Map<string, Promise<void>>();

  constructor(parts: NotifierParts) {
    this.#parts = parts;
  }

  async send(id: string, mail: Mail): Promise<void> {
    const sending = this.#sending.get(id) ?? this.#sendOnce(id, mail);
    this.#sending.set(id, sending);
    try {
      await sending;
    } finally {
      this.#sending.delete(id);
    }
  }

  async #sendOnce(id: string, mail: Mail): Promise<void> {
    const { table, clock } = this.#parts;
    const key = { pk: `MAIL#${id}`, sk: 'SENT' };
    if ((await table.get(key)) !== undefined) return;
    await this.#send(mail);
    const expires_at = Math.floor(clock.now().getTime() / 1000) + REMEMBERED_SECONDS;
    await table.write([{ kind: 'put', item: { ...key, expires_at, data: {} }, if: 'any' }]);
  }

  async #send({ to, subject, text }: Mail): Promise<void> {
    const { ses, sender } = this.#parts;
    try {
      await ses.send(
        new SendEmailCommand({
          FromEmailAddress: sender,
          Destination: { ToAddresses: [oneLine(to)] },
          Content: {
            Simple: {
              Subject: { Data: oneLine(subject), Charset: 'UTF-8' },
              Body: { Text: { Data: text, Charset: 'UTF-8' } },
            },
          },
        }),
      );
    } catch (error) {
      const refusal = isAws(error, ...Object.keys(REFUSALS)) ? REFUSALS[error.name] : undefined;
      if (refusal === undefined) throw error;
      throw new PortError(refusal.message, { suggestion: refusal.suggestion, cause: error });
    }
  }
}

/** A line break would end the header. */
const oneLine = (text: string) => text.replaceAll(/[\r\n]+/g, ' ');

const REFUSALS: Readonly<Record<string, { readonly message: string; readonly suggestion: string }>> = {
  AccountSuspendedException: {
    message: 'Amazon SES has suspended the sending of mail.',
    suggestion: 'The operator of the installation finds the reason in the SES console.',
  },
  SendingPausedException: {
    message: 'The sending of mail is paused in Amazon SES.',
    suggestion: 'The operator of the installation can resume it in the SES console.',
  },
  MailFromDomainNotVerifiedException: {
    message: 'Amazon SES does not know the domain that mail is sent from.',
    suggestion: 'The operator of the installation has to verify the domain in the SES console.',
  },
  MessageRejected: {
    message: 'Amazon SES rejected the mail.',
    suggestion: 'In the SES sandbox both addresses must be verified: request production access.',
  },
};
