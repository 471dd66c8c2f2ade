import { expect, test } from 'vitest';
import { Refusal } from '../refusal.ts';
import { NOBODY } from '../users/user.ts';
import { createMailer, type Letter, type MailRules } from './mailer.ts';
import type { Mail } from './outbox.ts';

const secret = { code: '123456', hash: 'hash' };
const letter: Letter = {
  kind: 'recovery',
  to: 'a@b.test',
  secret,
  user: { ...NOBODY, email: 'a@b.test', raw_user_meta_data: { name: '<b>Ada</b>' } },
  redirectTo: 'http://app.test/?a=1&b=2',
};

function setUp(rules: Partial<MailRules> = {}, failing = false) {
  const sent: Mail[] = [];
  const logged: string[] = [];
  let time = 0;
  const mailer = createMailer(
    async (mail) => {
      if (failing) throw new Error('refused with the password s3cret');
      sent.push(mail);
    },
    {
      externalUrl: 'http://api.test/p/x',
      siteUrl: 'http://site.test',
      templates: {},
      mailsPerHour: undefined,
      ...rules,
    },
    (...line) => logged.push(JSON.stringify(line)),
    () => time,
  );
  return { sent, logged, mailer, wait: (ms: number) => (time += ms) };
}

test('a link goes to the API and on to where the client wants to be', async () => {
  const { sent, mailer } = setUp();
  expect(await mailer(letter)).toBeUndefined();
  const link = new URL(/http\S+/.exec(sent[0]?.text ?? '')?.[0] ?? 'http://none');
  expect(link.origin + link.pathname).toBe('http://api.test/p/x/auth/v1/verify');
  expect(Object.fromEntries(link.searchParams)).toEqual({
    token: 'hash',
    type: 'recovery',
    redirect_to: 'http://app.test/?a=1&b=2',
  });
  expect(sent[0]).toMatchObject({ to: 'a@b.test', text: expect.stringContaining('123456') });
  expect(sent[0]?.html).toContain('&amp;type=recovery');
});

test('a reauthentication has a code and no link', async () => {
  const { sent, mailer } = setUp();
  await mailer({ ...letter, kind: 'reauthentication' });
  expect(sent[0]?.text).toContain('Your code: 123456');
  expect(sent[0]?.text).not.toContain('http');
});

test('a project’s own template is filled in, and no value becomes markup or a header', async () => {
  const recovery = { subject: 'For {{ .Email }}', content: '<p>{{ .Token }} {{.Data}} {{ .Nothing }}</p>' };
  const { sent, mailer } = setUp({ templates: { recovery } });
  await mailer({ ...letter, user: { ...letter.user, email: 'a@b.test\r\nBcc: eve@b.test' } });
  expect(sent[0]?.subject).toBe('For a@b.test Bcc: eve@b.test');
  expect(sent[0]?.html).toBe('<p>123456 {&quot;name&quot;:&quot;&lt;b&gt;Ada&lt;/b&gt;&quot;} </p>');
});

test('a project sends as many mails in an hour as it may', async () => {
  const { sent, mailer, wait } = setUp({ mailsPerHour: 2 });
  await mailer(letter);
  wait(1);
  await mailer(letter);
  expect(await mailer(letter)).toMatchObject({ status: 429, code: 'over_email_send_rate_limit' });
  wait(3_600_000);
  expect(await mailer(letter)).toBeUndefined();
  expect(sent).toHaveLength(3);
});

test('a mail that cannot be sent is said to be so, without what the server answered', async () => {
  const { logged, mailer } = setUp({}, true);
  expect(await mailer(letter)).toBeInstanceOf(Refusal);
  expect(logged.join()).toContain('a mail could not be sent');
  expect(logged.join()).not.toContain('s3cret');
});
