import type { EmailMessage } from '@supabase/lite';
import { expect, test } from 'vitest';
import { createMailer, mailWish } from './mailer.ts';

function setUp(autoconfirm: boolean) {
  const sent: EmailMessage[] = [];
  const driver = { send: async (message: EmailMessage) => void sent.push(message) };
  const rules = { externalUrl: 'http://api.test/p/x', siteUrl: 'http://site.test', autoconfirm };
  return { sent, mailer: createMailer(driver, rules) };
}

const linkOf = (mail?: EmailMessage) => new URL(/http\S+/.exec(mail?.text ?? '')?.[0] ?? 'http://none');

test('a link goes to the API and on to where the client wants to be', async () => {
  const { sent, mailer } = setUp(false);
  await mailWish.run({ redirectTo: 'http://app.test/?a=1&b=2', pkce: false }, () =>
    mailer.sendRecovery('a@b.test', 'hash', '123456'),
  );
  const link = linkOf(sent[0]);
  expect(link.origin + link.pathname).toBe('http://api.test/p/x/auth/v1/verify');
  expect(Object.fromEntries(link.searchParams)).toEqual({
    token: 'hash',
    type: 'recovery',
    redirect_to: 'http://app.test/?a=1&b=2',
  });
  expect(sent[0]).toMatchObject({ to: 'a@b.test', text: expect.stringContaining('123456') });
  expect(sent[0]?.html).toContain('&amp;type=recovery');
});

test('a change of address is put to both mailboxes, each with its own code', async () => {
  const { sent, mailer } = setUp(false);
  const meta = {
    currentEmail: 'old@b.test',
    newEmail: 'new@b.test',
    tokenNew: '222222',
    tokenHashNew: 'hash2',
  };
  await mailer.sendEmailChange('old@b.test', 'hash1', '111111', meta);
  expect(sent.map(({ to }) => to)).toEqual(['old@b.test', 'new@b.test']);
  expect(sent.map((mail) => linkOf(mail).searchParams.get('token'))).toEqual(['hash1', 'hash2']);
  const { sent: none, mailer: silent } = setUp(true);
  await silent.sendEmailChange('old@b.test', 'hash1', '111111', meta);
  expect(none).toEqual([]);
});

test('a reauthentication has a code and no link', async () => {
  const { sent, mailer } = setUp(false);
  await mailer.sendReauthentication('a@b.test', '123456');
  expect(sent[0]?.text).toContain('Your code: 123456');
  expect(sent[0]?.text).not.toContain('http');
});

test('the token of a link that was asked for with a challenge says so', async () => {
  const { sent, mailer } = setUp(false);
  const wish = { redirectTo: undefined, pkce: true };
  await mailWish.run(wish, () => mailer.sendMagicLink('a@b.test', 'hash', '123456'));
  expect(linkOf(sent[0]).searchParams.get('token')).toBe('pkce_hash');
});
