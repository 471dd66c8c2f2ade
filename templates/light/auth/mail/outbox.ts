import { randomUUID } from 'node:crypto';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Rendered } from './mails.ts';

export type Mail = Rendered & { to: string };
/** Brings a mail on its way; fails if it could not. */
export type SendMail = (mail: Mail) => Promise<void>;

/** Writes each mail as an `.eml` file; whoever runs the project reads or delivers them. */
export function createOutbox(directory: string, sender: string): SendMail {
  return async (mail) => {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const name = `${new Date().toISOString().replaceAll(/[:.]/g, '-')}-${randomUUID()}.eml`;
    const draft = join(directory, `.${name}`);
    await writeFile(draft, formatMail(mail, sender, new Date()), { mode: 0o600 });
    // Renamed when whole, so that a reader never sees half a mail.
    await rename(draft, join(directory, name));
  };
}

/** Without a place to put mails there are none; sign-ups are then confirmed at once. */
export const noMail: SendMail = async () => {};

function formatMail(message: Mail, sender: string, date: Date): string {
  const boundary = randomUUID();
  const parts = [
    { type: 'text/plain', body: message.text },
    { type: 'text/html', body: message.html },
  ];
  return [
    `From: ${sender}`,
    `To: ${message.to.replaceAll(/[\r\n]/g, ' ')}`,
    `Subject: ${encodeHeader(message.subject)}`,
    `Date: ${date.toUTCString()}`,
    'MIME-Version: 1.0',
    `Content-Type: multipart/alternative; boundary="${boundary}"`,
    ...parts.flatMap(({ type, body }) => [
      '',
      `--${boundary}`,
      `Content-Type: ${type}; charset=utf-8`,
      'Content-Transfer-Encoding: base64',
      '',
      ...(Buffer.from(body)
        .toString('base64')
        .match(/.{1,76}/g) ?? []),
    ]),
    '',
    `--${boundary}--`,
    '',
  ].join('\r\n');
}

function encodeHeader(text: string): string {
  const plain = /^[\x20-\x7e]*$/.test(text);
  return plain ? text : `=?utf-8?B?${Buffer.from(text).toString('base64')}?=`;
}
