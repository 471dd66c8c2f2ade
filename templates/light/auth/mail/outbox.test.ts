import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createOutbox } from './outbox.ts';

test('a mail becomes one file that only its owner can read', async () => {
  const home = await mkdtemp(join(tmpdir(), 'outbox-'));
  const directory = join(home, 'mails');
  await createOutbox(
    directory,
    'noreply@site.test',
  )({
    to: 'ada@site.test\r\nBcc: eve@site.test',
    subject: 'Grüße',
    text: 'Hällo',
    html: '<p>Hällo</p>',
  });
  const [name = '', ...others] = await readdir(directory);
  expect(others).toEqual([]);
  expect(name).toMatch(/^\d{4}-.*\.eml$/);
  expect((await stat(join(directory, name))).mode & 0o777).toBe(0o600);
  const mail = await readFile(join(directory, name), 'utf8');
  expect(mail).toContain('From: noreply@site.test\r\nTo: ada@site.test  Bcc: eve@site.test\r\n');
  expect(mail).toContain(`Subject: =?utf-8?B?${Buffer.from('Grüße').toString('base64')}?=`);
  expect(mail).toContain(Buffer.from('Hällo').toString('base64'));
  expect(mail).toContain(Buffer.from('<p>Hällo</p>').toString('base64'));
  await rm(home, { recursive: true });
});
