import { once } from 'node:events';
import type { RealtimeChannel, RealtimeChannelOptions } from '@supabase/supabase-js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { postgresAvailable } from '../database/cluster.ts';
import { listen, RealtimeClients, subscribed, systemMessage } from './realtime-clients.ts';
import { type RealtimeProject, startRealtime } from './realtime-project.ts';
import { sign } from './running-project.ts';

/** Members read and write, guests only read; nobody else may do anything. */
const POLICIES = `
  create table public.members (topic text, sub text, writes boolean);
  grant select on public.members to authenticated;
  create policy "members read" on realtime.messages for select to authenticated
    using (exists (select from public.members where topic = realtime.topic() and sub = auth.jwt()->>'sub'));
  create policy "members write" on realtime.messages for insert to authenticated
    with check (exists (
      select from public.members where topic = realtime.topic() and sub = auth.jwt()->>'sub' and writes
    ));
  insert into public.members values ('club', 'ada', true), ('club', 'guest', false), ('club', 'leaver', true)`;

describe.runIf(postgresAvailable)('a private channel', () => {
  let project: RealtimeProject;
  let clients: RealtimeClients;

  beforeAll(async () => {
    project = await startRealtime({ SERVICES: 'rest,auth,realtime' });
    await project.database.sql(POLICIES);
    clients = new RealtimeClients(project);
  });

  afterAll(async () => {
    await clients[Symbol.asyncDispose]();
    await project[Symbol.asyncDispose]();
  });

  const tokenOf = (sub: string, role = 'authenticated', expires = '1h') =>
    sign({ sub, role, jti: crypto.randomUUID() }, project.setting('JWT_SECRET'), expires);
  const channelOf = async (sub: string, config: RealtimeChannelOptions['config'] = {}) => {
    const client = await clients.openAs(await tokenOf(sub));
    return client.channel('club', { config: { private: true, broadcast: { ack: true }, ...config } });
  };
  const say = (channel: RealtimeChannel, text: string) =>
    channel.send({ type: 'broadcast', event: 'said', payload: { text } });
  const post = async (
    sub: string,
    path = '/club/events/said?private=true',
    body: object = { text: 'posted' },
  ) => {
    const answer = await fetch(`${project.url}/realtime/v1/api/broadcast${path}`, {
      method: 'POST',
      headers: {
        apikey: project.setting('ANON_KEY'),
        authorization: `Bearer ${await tokenOf(sub)}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify(body),
    });
    return answer.status;
  };

  test('is for whom a policy lets read, and written by whom one lets write', async () => {
    const [ada, guest, stranger] = await Promise.all(
      ['ada', 'guest', 'stranger'].map((sub) => channelOf(sub)),
    );
    if (ada === undefined || guest === undefined || stranger === undefined) throw new Error('three channels');
    const [heardByAda, heardByGuest] = [listen(ada, 'said'), listen(guest, 'said')];
    expect(await subscribed(ada)).toBe('SUBSCRIBED');
    expect(await subscribed(guest)).toBe('SUBSCRIBED');
    expect(await subscribed(stranger)).toBe(
      'Unauthorized: You do not have permissions to read from this Channel topic: club',
    );
    expect(await say(guest, 'psst')).toBe('error');
    expect(await say(ada, 'hello')).toBe('ok');
    expect(await heardByGuest.until(1)).toMatchObject([{ payload: { text: 'hello' } }]);
    expect(heardByAda.heard).toEqual([]);
    expect(await guest.track({})).toBe('error');
    expect(await ada.track({ at: 'the bar' })).toBe('ok');
    expect([await post('guest'), await post('stranger'), await post('ada')]).toEqual([403, 403, 202]);
    expect(await heardByGuest.until(2)).toMatchObject([{}, { payload: { text: 'posted' } }]);
    const message = { topic: 'club', event: 'said', private: true };
    await post('guest', '', { messages: [{ ...message, payload: { text: 'by a guest' } }] });
    await post('ada', '', { messages: [{ ...message, payload: { text: 'by a member' } }] });
    expect(await heardByGuest.until(3)).toMatchObject([{}, {}, { payload: { text: 'by a member' } }]);
  });

  test('is another one than the public channel of its name', async () => {
    const outside = clients.open('2.0.0').channel('club', { config: { broadcast: { ack: true } } });
    const inside = await channelOf('guest');
    const [heardOutside, heardInside] = [listen(outside, 'said'), listen(inside, 'said')];
    for (const channel of [outside, inside]) expect(await subscribed(channel)).toBe('SUBSCRIBED');
    expect(await say(outside, 'anybody?')).toBe('ok');
    expect(await post('ada')).toBe(202);
    await heardInside.until(1);
    expect(heardOutside.heard).toEqual([]);
    expect(heardInside.heard).toMatchObject([{ payload: { text: 'posted' } }]);
  });

  test('is open to the service role', async () => {
    const service = clients.open('2.0.0', { key: project.setting('SERVICE_ROLE_KEY') });
    const channel = service.channel('anything', { config: { private: true, broadcast: { ack: true } } });
    expect(await subscribed(channel)).toBe('SUBSCRIBED');
    expect(await say(channel, 'announcement')).toBe('ok');
  });

  test('is over for who may no longer read, as soon as another token is shown', async () => {
    const client = await clients.openAs(await tokenOf('leaver'));
    const channel = client.channel('club', { config: { private: true } });
    const said = systemMessage(channel);
    expect(await subscribed(channel)).toBe('SUBSCRIBED');
    await project.database.sql(`delete from public.members where sub = 'leaver'`);
    await client.realtime.setAuth(await tokenOf('leaver', 'authenticated', '2h'));
    expect(await said).toMatchObject({
      status: 'error',
      message: 'You no longer have permission to read from this Channel topic: club',
    });
  });

  test('plays back what the database has sent to it, and a public one does not', async () => {
    await project.database.sql(`select realtime.send('{"text":"missed"}', 'said', 'club', true)`);
    const late = await channelOf('guest', { broadcast: { replay: { since: 0, limit: 1 } } });
    const heard = listen(late, 'said');
    expect(await subscribed(late)).toBe('SUBSCRIBED');
    expect(await heard.until(1)).toMatchObject([
      { payload: { text: 'missed' }, meta: { replayed: true, id: expect.any(String) } },
    ]);
    // supabase-js refuses this by itself; other clients may not.
    const socket = new WebSocket(`${project.url.replace('http', 'ws')}/realtime/v1/websocket?vsn=2.0.0`, {
      headers: { apikey: project.setting('ANON_KEY') },
    });
    await once(socket, 'open');
    const config = { broadcast: { replay: { since: 0 } } };
    socket.send(JSON.stringify(['1', '1', 'realtime:club', 'phx_join', { config }]));
    const [answer] = await once(socket, 'message');
    socket.terminate();
    expect(JSON.parse(String(answer))).toEqual([
      '1',
      '1',
      'realtime:club',
      'phx_reply',
      {
        status: 'error',
        response: { reason: 'UnableToReplayMessages: Replay is not allowed for public channels' },
      },
    ]);
  });
});
