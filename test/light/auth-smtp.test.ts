import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { callers, masterUser } from '../database/callers.ts';
import { postgresAvailable } from '../database/cluster.ts';
import { startMailServer } from './mail-server.ts';
import { startProject } from './running-project.ts';

describe.runIf(postgresAvailable)('Auth, with a mail server', () => {
  let mails: Awaited<ReturnType<typeof startMailServer>>;

  beforeAll(async () => {
    mails = await startMailServer();
  });

  afterAll(() => mails.close());

  const smtp = () => ({
    SMTP_HOST: '127.0.0.1',
    SMTP_PORT: String(mails.port),
    SMTP_ADMIN_EMAIL: 'hello@site.test',
    SMTP_SENDER_NAME: 'The Site',
    MAILER_AUTOCONFIRM: 'false',
  });

  test('mails go there, in the project’s words, as many as it may send', async () => {
    await using project = await startProject(callers[0] ?? masterUser, {
      ...smtp(),
      RATE_LIMIT_EMAIL_SENT: '1',
      MAILER_SUBJECTS_CONFIRMATION: 'Welcome',
      MAILER_TEMPLATES_CONFIRMATION_CONTENT: '<b>{{ .Token }}</b>',
    });
    const { auth } = project.client('ANON_KEY');
    const email = 'ada@smtp.test';
    expect(await auth.signUp({ email, password: 'correct horse' })).toMatchObject({ error: null });
    const [mail] = mails.received;
    expect(mail).toMatchObject({ from: 'MAIL FROM:<hello@site.test>', to: ['RCPT TO:<ada@smtp.test>'] });
    expect(mail?.text).toContain('Subject: Welcome');
    expect(mail?.text).toMatch(/From: "?The Site"? <hello@site\.test>/);
    const token = /<b>(\d{6})<\/b>/.exec(mail?.text ?? '')?.[1] ?? '';
    expect(await auth.verifyOtp({ email, token, type: 'email' })).toMatchObject({ error: null });
    expect((await auth.resetPasswordForEmail(email)).error).toMatchObject({
      status: 429,
      code: 'over_email_send_rate_limit',
    });
  });

  test('a password for the mail server never goes over a line that anybody can read', async () => {
    const secret = 'the password of the mail server';
    await using project = await startProject(callers[0] ?? masterUser, {
      ...smtp(),
      SMTP_USER: 'site',
      SMTP_PASS: secret,
    });
    const { auth } = project.client('ANON_KEY');
    const { error } = await auth.signUp({ email: 'bob@smtp.test', password: 'correct horse' });
    expect(error).toMatchObject({ status: 500 });
    const said = mails.commands.join('\n');
    expect(said).not.toContain('AUTH');
    expect(said).not.toContain(Buffer.from(secret).toString('base64'));
    await vi.waitFor(() => expect(project.light.output()).toContain('a mail could not be sent'));
    expect(project.light.output()).not.toContain(secret);
  });
});
