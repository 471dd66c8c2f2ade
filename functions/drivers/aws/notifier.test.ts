import { expect, it } from 'vitest';
import { clock } from '../../../test/contracts/stack-fixture.ts';
import { awsError, type Script, scriptedAws } from '../../../test/fakes/scripted-aws.ts';
import { openSqliteTable } from '../sqlite/table.ts';
import { SesNotifier } from './notifier.ts';

const MAIL = {
  to: 'ada@example.com',
  subject: 'Ready\r\nBcc: all@example.com',
  text: 'It runs.\nAll of it.',
};
const SEND = 'SESv2 SendEmail';

function notifierWith(script: Script) {
  const aws = scriptedAws(script);
  const table = openSqliteTable({ path: ':memory:', clock });
  const notifier = new SesNotifier({ ses: aws.clients.ses, table, clock, sender: 'noreply@example.com' });
  return { aws, notifier };
}

it('sends a mail once, as text, with nothing in its header that is not of it', async () => {
  const { aws, notifier } = notifierWith({});
  await Promise.all([notifier.send('a', MAIL), notifier.send('a', MAIL)]);
  await notifier.send('a', MAIL);
  expect(aws.inputs(SEND)).toEqual([
    {
      FromEmailAddress: 'noreply@example.com',
      Destination: { ToAddresses: ['ada@example.com'] },
      Content: {
        Simple: {
          Subject: { Data: 'Ready Bcc: all@example.com', Charset: 'UTF-8' },
          Body: { Text: { Data: 'It runs.\nAll of it.', Charset: 'UTF-8' } },
        },
      },
    },
  ]);
});

it.each([
  'AccountSuspendedException',
  'SendingPausedException',
  'MailFromDomainNotVerifiedException',
  'MessageRejected',
])('says of %s what the operator can do, and may be asked again', async (name) => {
  const { aws, notifier } = notifierWith({ [SEND]: [awsError(name), {}] });
  await expect(notifier.send('a', MAIL)).rejects.toMatchObject({
    name: 'PortError',
    suggestion: expect.stringContaining('SES'),
  });
  await notifier.send('a', MAIL);
  expect(aws.inputs(SEND)).toHaveLength(2);
});
