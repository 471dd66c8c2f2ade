import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { masterUser } from '../database/callers.ts';
import { postgresAvailable } from '../database/cluster.ts';
import { listen, RealtimeClients, subscribed, VERSIONS } from './realtime-clients.ts';
import { type RunningProject, startProject } from './running-project.ts';

const OTHER = { '1.0.0': '2.0.0', '2.0.0': '1.0.0' } as const;

describe.runIf(postgresAvailable)('Realtime', () => {
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

  const http = (
    path: string,
    init: { method?: string; body?: string; headers?: Record<string, string> } = {},
    key = 'PUBLISHABLE_KEYS',
  ) =>
    fetch(`${project.url}/realtime/v1${path}`, {
      ...init,
      headers: { apikey: project.setting(key), ...init.headers },
    });

  describe.each(VERSIONS)('in version %s', (vsn) => {
    test('broadcasts to all others in either version, and to the sender only if it wants that', async () => {
      const topic = `room of ${vsn}`;
      const sender = clients.open(vsn).channel(topic);
      const selfish = clients.open(vsn).channel(topic, { config: { broadcast: { self: true } } });
      const other = clients.open(OTHER[vsn]).channel(topic);
      const elsewhere = clients.open(vsn).channel(`${topic}!`);
      const [deaf, own, theirs, none] = [sender, selfish, other, elsewhere].map((each) => listen(each, 'hi'));
      for (const channel of [sender, selfish, other, elsewhere])
        expect(await subscribed(channel)).toBe('SUBSCRIBED');
      const said = { words: 'hé 🦆', list: [1, null] };
      expect(await sender.send({ type: 'broadcast', event: 'hi', payload: said })).toBe('ok');
      expect(await selfish.send({ type: 'broadcast', event: 'hi', payload: {} })).toBe('ok');
      const message = (payload: object) => ({ type: 'broadcast', event: 'hi', payload });
      expect(await theirs?.until(2)).toEqual([message(said), message({})]);
      expect(await own?.until(2)).toEqual([message(said), message({})]);
      expect(await deaf?.until(1)).toEqual([message({})]);
      expect(none?.heard).toEqual([]);
    });

    test('acknowledges, if that was asked for', async () => {
      const channel = clients.open(vsn).channel('acknowledged', { config: { broadcast: { ack: true } } });
      expect(await subscribed(channel)).toBe('SUBSCRIBED');
      expect(await channel.send({ type: 'broadcast', event: 'e', payload: {} })).toBe('ok');
    });

    test('tells who is present, who comes and who goes', async () => {
      const topic = `hall of ${vsn}`;
      const config = (key: string) => ({ config: { presence: { key } } });
      const ada = clients.open(vsn).channel(topic, config('ada'));
      const bob = clients.open(OTHER[vsn]).channel(topic, config('bob'));
      const seen: string[] = [];
      const names = (list: readonly unknown[]) =>
        JSON.stringify(
          list.map((each) => (typeof each === 'object' && each !== null && 'mood' in each ? each.mood : '')),
        );
      bob.on('presence', { event: 'join' }, ({ key, newPresences }) =>
        seen.push(`+${key}${names(newPresences)}`),
      );
      bob.on('presence', { event: 'leave' }, ({ key, leftPresences }) =>
        seen.push(`-${key}${names(leftPresences)}`),
      );
      expect(await subscribed(ada)).toBe('SUBSCRIBED');
      expect(await ada.track({ mood: 'calm' })).toBe('ok');
      expect(await subscribed(bob)).toBe('SUBSCRIBED');
      expect(await bob.track({ mood: 'here' })).toBe('ok');
      expect(await ada.track({ mood: 'glad' })).toBe('ok');
      await expect
        .poll(() => bob.presenceState())
        .toMatchObject({ ada: [{ mood: 'glad' }], bob: [{ mood: 'here' }] });
      expect(await ada.untrack()).toBe('ok');
      await expect.poll(() => Object.keys(bob.presenceState())).toEqual(['bob']);
      expect(seen).toEqual(['+ada["calm"]', '+bob["here"]', '+ada["glad"]', '-ada["calm"]', '-ada["glad"]']);
    });

    test('notices a client that goes without a word', async () => {
      const topic = `left of ${vsn}`;
      const goes = clients.open(vsn);
      const leaving = goes.channel(topic, { config: { presence: { key: 'goes' } } });
      const stays = clients.open(vsn).channel(topic);
      stays.on('presence', { event: 'sync' }, () => undefined);
      for (const channel of [leaving, stays]) expect(await subscribed(channel)).toBe('SUBSCRIBED');
      await leaving.track({});
      await expect.poll(() => Object.keys(stays.presenceState())).toEqual(['goes']);
      await goes.realtime.disconnect();
      await expect.poll(() => Object.keys(stays.presenceState())).toEqual([]);
    });

    test('leaves and joins again', async () => {
      const client = clients.open(vsn);
      const channel = client.channel('back and forth');
      expect(await subscribed(channel)).toBe('SUBSCRIBED');
      expect(await client.removeChannel(channel)).toBe('ok');
      expect(await subscribed(client.channel('back and forth'))).toBe('SUBSCRIBED');
    });

    test('wants a topic', async () => {
      expect(await subscribed(clients.open(vsn).channel(''))).toBe(
        'TopicNameRequired: You must provide a topic name',
      );
    });
  });

  test('hands on bytes as they are, to those whose version has words for them', async () => {
    const sender = clients.open('2.0.0').channel('bytes');
    const receiver = clients.open('2.0.0').channel('bytes');
    const old = clients.open('1.0.0').channel('bytes');
    const heard = listen(receiver, 'raw');
    const [never, later] = [listen(old, 'raw'), listen(old, 'after')];
    for (const channel of [sender, receiver, old]) expect(await subscribed(channel)).toBe('SUBSCRIBED');
    await sender.send({ type: 'broadcast', event: 'raw', payload: Uint8Array.of(0, 255, 7).buffer });
    await sender.send({ type: 'broadcast', event: 'after', payload: {} });
    const [message] = await heard.until(1);
    expect(message).toEqual({ type: 'broadcast', event: 'raw', payload: Uint8Array.of(0, 255, 7).buffer });
    await later.until(1);
    expect(never.heard).toEqual([]);
  });

  describe('over HTTP', () => {
    test('takes a message of supabase-js, JSON or bytes', async () => {
      const receiver = clients.open('2.0.0').channel('a/b c');
      const heard = listen(receiver, 'e/f');
      expect(await subscribed(receiver)).toBe('SUBSCRIBED');
      const sender = clients.open('2.0.0').channel('a/b c');
      expect(await sender.httpSend('e/f', { n: 1 })).toEqual({ success: true });
      expect(await sender.httpSend('e/f', Uint8Array.of(9, 8))).toEqual({ success: true });
      const [json, bytes] = await heard.until(2);
      expect(json).toMatchObject({ event: 'e/f', payload: { n: 1 } });
      expect(bytes).toMatchObject({ payload: Uint8Array.of(9, 8).buffer });
    });

    test('takes several at once, and those to private channels only from who may send there', async () => {
      const receiver = clients.open('1.0.0').channel('batch');
      const heard = listen(receiver, 'e');
      expect(await subscribed(receiver)).toBe('SUBSCRIBED');
      const message = (n: number) => ({ topic: 'batch', event: 'e', payload: { n } });
      const body = JSON.stringify({ messages: [message(1), { ...message(2), private: true }, message(3)] });
      const answer = await http('/api/broadcast', { method: 'POST', body });
      expect([answer.status, await answer.text()]).toEqual([202, '']);
      expect((await heard.until(2)).map((each) => each)).toMatchObject([
        { payload: { n: 1 } },
        { payload: { n: 3 } },
      ]);
    });

    test.each([
      ['', { errors: { messages: ["can't be blank"] } }],
      ['{"messages":[]}', { errors: { messages: ["can't be blank"] } }],
      [
        '{"messages":[{"topic":"t","payload":[]}]}',
        { errors: { messages: [{ event: ["can't be blank"], payload: ['is invalid'] }] } },
      ],
    ])('says what is wrong with %s', async (body, errors) => {
      const answer = await http('/api/broadcast', { method: 'POST', body });
      expect([answer.status, await answer.json()]).toEqual([422, errors]);
    });

    test('wants a key, a type it knows and JSON that is some', async () => {
      const statusOf = async (init: Parameters<typeof http>[1]) =>
        (await http('/api/broadcast/t/events/e', { method: 'POST', ...init })).status;
      const json = { 'content-type': 'application/json' };
      expect(await statusOf({ body: '{', headers: json })).toBe(422);
      expect(await statusOf({ body: 'a', headers: { 'content-type': 'text/plain' } })).toBe(415);
      expect((await fetch(`${project.url}/realtime/v1/api/broadcast`, { method: 'POST' })).status).toBe(401);
      expect((await http('/api/broadcast/%ff/events/e', { method: 'POST' })).status).toBe(400);
      expect((await http('/api/broadcast/t/events/e?persist=true', { method: 'POST' })).status).toBe(501);
    });

    test('shows what goes on to secret keys alone', async () => {
      const channel = clients.open('2.0.0').channel('watched');
      expect(await subscribed(channel)).toBe('SUBSCRIBED');
      await channel.track({});
      expect((await http('/api/channels')).status).toBe(403);
      const shown = await http('/api/channels', {}, 'SECRET_KEYS');
      expect(await shown.json()).toMatchObject({
        connections: expect.any(Number),
        channels: expect.arrayContaining([{ topic: 'watched', private: false, clients: 1, present: 1 }]),
      });
      const metrics = await fetch(`${project.url}/metrics`, {
        headers: { apikey: project.setting('SECRET_KEYS') },
      });
      const text = await metrics.text();
      expect(text).toMatch(/^light_realtime_connections [1-9]/m);
      expect(text).toMatch(/^light_realtime_messages_sent_total\{kind="broadcast"\} [1-9]/m);
    });

    test('ends all connections for a secret key, each of which may come back', async () => {
      const address = `${project.url.replace('http', 'ws')}/realtime/v1/websocket?vsn=2.0.0&apikey=${project.setting('PUBLISHABLE_KEYS')}`;
      const socket = new WebSocket(address);
      await once(socket, 'open');
      const closed = once(socket, 'close');
      expect((await http('/api/shutdown', { method: 'POST' })).status).toBe(403);
      expect(socket.readyState).toBe(WebSocket.OPEN);
      expect((await http('/api/shutdown', { method: 'POST' }, 'SECRET_KEYS')).status).toBe(204);
      expect(await closed).toMatchObject([{ code: 1012 }]);
      const again = new WebSocket(address);
      await once(again, 'open');
      again.close();
    });

    test('answers what asks whether it is there', async () => {
      expect(await (await http('/api/ping')).json()).toEqual({ message: 'Success' });
      expect((await http('/api/ping', { method: 'HEAD' })).status).toBe(200);
      expect((await http('/websocket')).status).toBe(426);
      expect((await http('/api/nothing')).status).toBe(404);
    });
  });
});
