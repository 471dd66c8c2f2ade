import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { masterUser } from '../database/callers.ts';
import { postgresAvailable } from '../database/cluster.ts';
import { RealtimeClients, subscribed, systemMessage, VERSIONS } from './realtime-clients.ts';
import { type RunningProject, sign, startProject } from './running-project.ts';

const ANOTHER_SECRET = 'another secret, just as long as ours';

describe.runIf(postgresAvailable)('a channel of Realtime', () => {
  let project: RunningProject;
  let clients: RealtimeClients;

  beforeAll(async () => {
    project = await startProject(masterUser, { SERVICES: 'rest,auth,realtime' });
    clients = new RealtimeClients(project);
  });

  afterAll(async () => {
    await clients[Symbol.asyncDispose]();
    await project[Symbol.asyncDispose]();
  });

  const tokenFor = (expires: string, claims: object = { role: 'authenticated' }) =>
    sign({ ...claims }, project.setting('JWT_SECRET'), expires);
  const joinWith = async (token: string) => subscribed((await clients.openAs(token)).channel('guarded'));

  test.each(['ANON_KEY', 'SERVICE_ROLE_KEY', 'PUBLISHABLE_KEYS', 'SECRET_KEYS'])(
    'is joined with %s',
    async (name) => {
      const client = clients.open('2.0.0', { key: project.setting(name) });
      expect(await subscribed(client.channel('keys'))).toBe('SUBSCRIBED');
    },
  );

  test('is joined by a user', async () => {
    const { token } = await project.signUp('ada@realtime.test');
    expect(await joinWith(token)).toBe('SUBSCRIBED');
  });

  test('refuses tokens that are none, another’s, over or without a role', async () => {
    expect(await joinWith('nonsense')).toBe('MalformedJWT: The token provided is not a valid JWT');
    expect(await joinWith(await sign({ role: 'authenticated' }, ANOTHER_SECRET))).toBe(
      'JwtSignatureError: Failed to validate JWT signature',
    );
    expect(await joinWith(await tokenFor('-5s'))).toMatch(
      /^InvalidJWTToken: Token has expired \d seconds ago$/,
    );
    expect(await joinWith(await tokenFor('1h', {}))).toBe(
      'InvalidJWTToken: Fields `role` and `exp` are required in JWT',
    );
  });

  test.each(VERSIONS)('ends with its token, which it says in version %s', async (vsn) => {
    const client = await clients.openAs(await tokenFor('2s'), vsn);
    const channel = client.channel('ending');
    const said = systemMessage(channel);
    const states: string[] = [];
    channel.subscribe((status) => states.push(status));
    expect(await said).toEqual({
      extension: 'system',
      status: 'error',
      channel: 'ending',
      message: expect.stringMatching(/^Token has expired \d seconds ago$/),
    });
    await expect.poll(() => states).toEqual(['SUBSCRIBED', 'CLOSED']);
  });

  test('goes on with a token that comes in time', async () => {
    const token = await tokenFor('2s');
    const client = await clients.openAs(token);
    const channel = client.channel('renewed', { config: { broadcast: { ack: true } } });
    const states: string[] = [];
    await new Promise<void>((resolve) =>
      channel.subscribe((status) => {
        states.push(status);
        resolve();
      }),
    );
    const forgetful = (await clients.openAs(token)).channel('renewed');
    const ended = systemMessage(forgetful);
    expect(await subscribed(forgetful)).toBe('SUBSCRIBED');
    await client.realtime.setAuth(await tokenFor('1h'));
    expect(await ended).toMatchObject({ message: expect.stringContaining('expired') });
    expect(await channel.send({ type: 'broadcast', event: 'e', payload: {} })).toBe('ok');
    expect(states).toEqual(['SUBSCRIBED']);
  });

  test('ends with a new token that is bad', async () => {
    const client = await clients.openAs(await tokenFor('1h'));
    const channel = client.channel('spoiled');
    const said = systemMessage(channel);
    expect(await subscribed(channel)).toBe('SUBSCRIBED');
    await client.realtime.setAuth(await sign({ role: 'x' }, ANOTHER_SECRET));
    expect(await said).toMatchObject({ status: 'error', message: 'Failed to validate JWT signature' });
  });

  test('that is private is refused where no policy lets the caller read', async () => {
    const channel = clients.open('2.0.0').channel('secret', { config: { private: true } });
    expect(await subscribed(channel)).toBe(
      'Unauthorized: You do not have permissions to read from this Channel topic: secret',
    );
  });
});
