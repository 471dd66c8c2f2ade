import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LocalNotifier } from './notifier.ts';

let home: string;
let now: Date;
let notifier: LocalNotifier;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'bp-mail-'));
  now = new Date('2026-01-02T03:04:05Z');
  notifier = new LocalNotifier(home, { sender: 'Baseplane <noreply@localhost>', clock: { now: () => now } });
});
afterEach(() => rmSync(home, { recursive: true }));

const mail = { to: 'ada@example.com', subject: 'Bereit ✓', text: 'Grüße\n' };
const files = () => readdirSync(join(home, 'outbox'));

describe('the outbox', () => {
  it('holds each mail as a file that any mail program opens, for its owner alone', async () => {
    await notifier.send('one', mail);
    const [name = ''] = files();
    const content = readFileSync(join(home, 'outbox', name), 'latin1');
    expect(content).toMatch(/^From: Baseplane <noreply@localhost>\r\n/m);
    expect(content).toMatch(/^To: ada@example.com\r\n/m);
    expect(content).toMatch(/^Subject: =\?UTF-8\?/m);
    expect(content).toMatch(/^Date: Fri, 02 Jan 2026 03:04:05 \+0000\r\n/m);
    // Nothing but ASCII, and no bare line feed: RFC 5322.
    expect(content).toMatch(/^(?:[\t\x20-\x7e]|\r\n)*$/);
    expect(statSync(join(home, 'outbox', name)).mode & 0o777).toBe(0o600);
    expect(statSync(join(home, 'outbox')).mode & 0o777).toBe(0o700);
  });

  it('is listed, the newest first, with what each mail says', async () => {
    expect(await notifier.list(9)).toEqual([]);
    await notifier.send('one', mail);
    now = new Date('2026-01-02T03:04:06Z');
    await notifier.send('two', { ...mail, subject: 'Second' });
    writeFileSync(join(home, 'outbox', '.half.eml.draft'), 'From: x');
    const listed = await notifier.list(9);
    expect(listed.map(({ subject }) => subject)).toEqual(['Second', 'Bereit ✓']);
    expect(listed[1]).toMatchObject({
      ...mail,
      from: 'noreply@localhost',
      sent_at: '2026-01-02T03:04:05.000Z',
    });
    expect(files()).toContain(listed[1]?.id);
    expect(await notifier.list(1)).toEqual(listed.slice(0, 1));
  });

  it('gets no file and no second header from what a mail says', async () => {
    await notifier.send('../../escaped', {
      ...mail,
      subject: 'x\r\nBcc: eve@example.com',
      text: '\r\n.\r\nFrom eve',
    });
    expect(files()).toHaveLength(1);
    const [header = ''] = readFileSync(join(home, 'outbox', files()[0] ?? ''), 'latin1').split('\r\n\r\n');
    expect(header).not.toMatch(/^Bcc:/im);
    expect(readdirSync(home)).toEqual(['outbox']);
  });
});
