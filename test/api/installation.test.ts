import { expect, it } from 'vitest';
import { createApp } from '../../functions/api/app.ts';
import { PLACEHOLDER, firstUser } from '../../functions/core/organization/first-user.ts';
import { issueToken } from '../../functions/core/organization/issue-token.ts';
import { People } from './people.ts';
import { ask } from './ask.ts';

const mail = {
  id: 'one.eml',
  from: 'noreply@localhost',
  to: 'ada@example.com',
  subject: 'Confirm',
  text: 'http://localhost/…',
  sent_at: '2026-01-01T00:00:00.000Z',
};

it('whoever asks is told where to sign in, and nothing else', async () => {
  const people = new People();
  const issuer = { issuer: 'https://login.example', clientId: 'dashboard' };
  const installation = { ...people.ports.installation, issuer };
  const answer = await new People({ installation }).call(undefined, 'GET', '/platform/config');
  expect(answer).toMatchObject({
    status: 200,
    body: {
      issuer: 'https://login.example',
      client_id: 'dashboard',
      account_url: null,
      api_url: 'http://api.test',
      version: '0.0.0',
      target: 'local',
      outbox: false,
    },
  });
});

it('mails that were kept are for the operator alone, and not for a token with scopes', async () => {
  const people = new People({ outbox: { list: async () => [mail] } });
  const { user } = await firstUser(PLACEHOLDER, people.ports);
  const operator = { id: user, email: PLACEHOLDER, token: await issueToken(user, 'theirs', people.ports) };
  expect(await people.call(operator.token, 'GET', '/platform/outbox')).toMatchObject({
    status: 200,
    body: [mail],
  });
  const scoped = await people.scoped(operator, ['projects_read']);
  expect((await people.call(scoped, 'GET', '/platform/outbox')).status).toBe(403);
  const other = await people.person('bob@example.com');
  await people.organization(other);
  expect((await people.call(other.token, 'GET', '/platform/outbox')).status).toBe(403);
  expect((await people.call(undefined, 'GET', '/platform/outbox')).status).toBe(401);
});

it('an installation that sends its mails has none to show', async () => {
  const people = new People();
  const { token } = await people.person('ann@example.com');
  expect((await people.call(token, 'GET', '/platform/outbox')).status).toBe(501);
});

it('lets pages of the dashboard call it, where that is at another host, and no other page', async () => {
  const people = new People();
  const app = createApp(people.ports);
  const asked = (method: string, origin: string) =>
    ask(app, '/v1/projects', { method, headers: { origin } }, { ip: '203.0.113.7' });
  const preflight = await asked('OPTIONS', 'http://dashboard.test');
  expect(preflight.status).toBe(204);
  expect(preflight.headers.get('access-control-allow-origin')).toBe('http://dashboard.test');
  expect(preflight.headers.get('access-control-allow-methods')).toContain('POST');
  expect(preflight.headers.get('access-control-allow-headers')).toContain('authorization');
  const refused = await asked('GET', 'http://dashboard.test');
  expect(refused.status).toBe(401);
  expect(refused.headers.get('access-control-allow-origin')).toBe('http://dashboard.test');
  for (const method of ['OPTIONS', 'GET']) {
    const foreign = await asked(method, 'http://evil.test');
    expect(foreign.headers.get('access-control-allow-origin')).toBeNull();
  }
});
