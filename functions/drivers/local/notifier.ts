import { createHash } from 'node:crypto';
import { link, mkdir, open, readFile, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../core/kernel/clock.port.ts';
import type { Mail, Notifier } from '../../core/kernel/notifier.port.ts';
import type { Outbox, SentMail } from '../../core/kernel/outbox.port.ts';
import { attempt, codeOf, unlessAbsent } from './failures.ts';

/** Mails as `.eml` files, which any mail program opens. */
export class LocalNotifier implements Notifier, Outbox {
  readonly #folder: string;
  readonly #sender: string;
  readonly #clock: Clock;

  constructor(home: string, parts: { readonly sender: string; readonly clock: Clock }) {
    this.#folder = join(home, 'outbox');
    this.#sender = parts.sender;
    this.#clock = parts.clock;
  }

  async send(id: string, mail: Mail): Promise<void> {
    await attempt('write a mail', async () => {
      const { to, subject, text } = mail;
      const digest = createHash('sha256').update(id).digest('hex').slice(0, 32);
      // Loaded with the first mail: an idle control plane is 15 MB smaller without.
      const { default: MailComposer } = await import('nodemailer/lib/mail-composer');
      const composed = new MailComposer({
        from: this.#sender,
        to: { name: '', address: to },
        subject,
        text,
        date: this.#clock.now(),
        messageId: `<${digest}@baseplane>`,
        newline: '\r\n',
        disableFileAccess: true,
        disableUrlAccess: true,
      });
      await this.#writeOnce(`${digest}.eml`, await composed.compile().build());
    });
  }

  async list(limit: number): Promise<readonly SentMail[]> {
    const names = (await unlessAbsent(readdir(this.#folder))) ?? [];
    const files = await Promise.all(
      names
        .filter((name) => name.endsWith('.eml'))
        .map(async (name) => ({
          name,
          at: (await unlessAbsent(stat(join(this.#folder, name))))?.mtimeMs ?? 0,
        })),
    );
    const newest = files.toSorted((one, other) => other.at - one.at).slice(0, limit);
    return (await Promise.all(newest.map(({ name }) => this.#read(name)))).flat();
  }

  async #read(file: string): Promise<readonly SentMail[]> {
    const content = await unlessAbsent(readFile(join(this.#folder, file)));
    if (content === undefined) return [];
    const { default: PostalMime } = await import('postal-mime');
    const { from, to, subject = '', text = '', date = '' } = await PostalMime.parse(content);
    return [
      { id: file, from: from?.address ?? '', to: to?.[0]?.address ?? '', subject, text, sent_at: date },
    ];
  }

  /** Whole or not at all; a mail that is there already stays as it was. */
  async #writeOnce(name: string, content: Buffer): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const draft = join(this.#folder, `.${name}.draft`);
    const file = await open(draft, 'w', 0o600);
    try {
      await file.writeFile(content);
    } finally {
      await file.close();
    }
    try {
      await link(draft, join(this.#folder, name));
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
    } finally {
      await rm(draft, { force: true });
    }
  }
}
