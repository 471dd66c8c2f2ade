import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { postgresAvailable } from '../database/cluster.ts';
import { listen, RealtimeClients, subscribed, systemMessage } from './realtime-clients.ts';
import { type Node, type RealtimeProject, startRealtime } from './realtime-project.ts';
import type { Settings } from './running-project.ts';

const PAYLOAD_BYTES = 20_000;

describe.runIf(postgresAvailable)('the limits of Realtime', () => {
  let project: RealtimeProject;
  let node: Node;
  let clients: RealtimeClients;

  const restartWith = async (settings: Settings) => {
    project ??= await startRealtime();
    await clients?.[Symbol.asyncDispose]();
    node = await project.another(settings);
    clients = new RealtimeClients({ ...project, url: node.url });
  };

  afterAll(async () => {
    await clients[Symbol.asyncDispose]();
    await project[Symbol.asyncDispose]();
  });

  const raw = async () => {
    const url = `${node.url.replace('http', 'ws')}/realtime/v1/websocket?vsn=2.0.0`;
    const socket = new WebSocket(url, { headers: { apikey: project.setting('ANON_KEY') } });
    await once(socket, 'open');
    return socket;
  };

  describe('of what a project may have at once', () => {
    beforeAll(() =>
      restartWith({
        REALTIME_MAX_CONCURRENT_USERS: '2',
        REALTIME_MAX_CHANNELS_PER_CLIENT: '2',
        REALTIME_MAX_EVENTS_PER_SECOND: '5',
        REALTIME_MAX_PRESENCE_EVENTS_PER_SECOND: '5',
        REALTIME_MAX_PAYLOAD_SIZE_IN_KB: String(PAYLOAD_BYTES / 1000),
      }),
    );

    test('hold for connections, each of which may go on', async () => {
      const [ada, bob, eve] = [clients.open('2.0.0'), clients.open('1.0.0'), clients.open('2.0.0')];
      expect(await subscribed(ada.channel('a'))).toBe('SUBSCRIBED');
      expect(await subscribed(bob.channel('a'))).toBe('SUBSCRIBED');
      expect(await subscribed(eve.channel('a'))).toBe('ConnectionRateLimitReached: Too many connected users');
      expect(await subscribed(ada.channel('b'))).toBe('SUBSCRIBED');
      await bob.removeAllChannels();
      await eve.removeAllChannels();
      expect(await subscribed(eve.channel('b'))).toBe('SUBSCRIBED');
      await Promise.all([ada, eve].map((client) => client.removeAllChannels()));
    });

    test('hold for connections that come at once', async () => {
      const all = Array.from({ length: 6 }, () => clients.open('2.0.0'));
      const answers = await Promise.all(all.map((client) => subscribed(client.channel('crowd'))));
      expect(answers.filter((answer) => answer === 'SUBSCRIBED')).toHaveLength(2);
      await Promise.all(all.map((client) => client.realtime.disconnect()));
    });

    test('hold for the channels of a client', async () => {
      const client = clients.open('2.0.0');
      for (const name of ['a', 'b']) expect(await subscribed(client.channel(name))).toBe('SUBSCRIBED');
      expect(await subscribed(client.channel('c'))).toBe('ChannelRateLimitReached: Too many channels');
      await client.removeAllChannels();
    });

    test('hold for the size of a message, of which the client hears', async () => {
      const client = clients.open('2.0.0');
      const channel = client.channel('sizes', { config: { broadcast: { ack: true } } });
      expect(await subscribed(channel)).toBe('SUBSCRIBED');
      const send = (size: number) =>
        channel.send({ type: 'broadcast', event: 'e', payload: 'x'.repeat(size) });
      expect(await send(PAYLOAD_BYTES - 2)).toBe('ok');
      expect(await send(PAYLOAD_BYTES)).toBe('error');
      const said = systemMessage(channel);
      void channel.track({ much: 'x'.repeat(PAYLOAD_BYTES) });
      expect(await said).toMatchObject({ status: 'error', message: 'Track message size exceeded' });
      await client.removeAllChannels();
    });

    test('hold for messages, after which only the channel that sent too many is over', async () => {
      const [loud, quiet] = [clients.open('2.0.0'), clients.open('2.0.0')];
      const [shouting, listening] = [loud.channel('noise'), quiet.channel('noise')];
      const heard = listen(listening, 'e');
      const said = systemMessage(shouting);
      const states: string[] = [];
      expect(await subscribed(shouting)).toBe('SUBSCRIBED');
      listening.subscribe((status) => states.push(status));
      await expect.poll(() => states).toEqual(['SUBSCRIBED']);
      for (let count = 0; count < 1000; count += 1)
        void shouting.send({ type: 'broadcast', event: 'e', payload: {} });
      expect(await said).toMatchObject({ status: 'error', message: 'Too many messages per second' });
      expect(heard.heard.length).toBeLessThan(1000);
      const post = async (path: string, body: object) => {
        const headers = { apikey: project.setting('ANON_KEY'), 'content-type': 'application/json' };
        const url = `${node.url}/realtime/v1/api/broadcast${path}`;
        return (await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })).status;
      };
      await expect.poll(() => post('/noise/events/e', {})).toBe(429);
      const messages = Array.from({ length: 1000 }, () => ({ topic: 'noise', event: 'e', payload: {} }));
      expect(await post('', { messages })).toBe(429);
      expect(states).toEqual(['SUBSCRIBED']);
      await Promise.all([loud, quiet].map((client) => client.removeAllChannels()));
    });

    test('hold for presence', async () => {
      const client = clients.open('2.0.0');
      const channel = client.channel('moody');
      const said = systemMessage(channel);
      expect(await subscribed(channel)).toBe('SUBSCRIBED');
      for (let mood = 0; mood < 1000; mood += 1) void channel.track({ mood });
      expect(await said).toMatchObject({ status: 'error', message: 'Too many presence messages per second' });
      await client.removeAllChannels();
    });
  });

  describe('that are set otherwise', () => {
    beforeAll(() =>
      restartWith({
        REALTIME_MAX_JOINS_PER_SECOND: '3',
        REALTIME_PRIVATE_ONLY: 'true',
        REALTIME_MAX_EVENTS_PER_SECOND: '10000',
      }),
    );

    test('let nobody join public channels', async () => {
      expect(await subscribed(clients.open('2.0.0').channel('public'))).toBe(
        'PrivateOnly: This project only allows private channels',
      );
    });

    test('end the connection of who joins too often', async () => {
      const socket = await raw();
      const config = { private: true };
      for (let ref = 0; ref < 500; ref += 1)
        socket.send(JSON.stringify(['1', String(ref), `realtime:${ref}`, 'phx_join', { config }]));
      const [code] = await once(socket, 'close');
      expect(code).toBe(1008);
    });
  });

  describe('of patience', () => {
    beforeAll(() =>
      restartWith({ REALTIME_MAX_PAYLOAD_SIZE_IN_KB: '500', REALTIME_MAX_EVENTS_PER_SECOND: '10000' }),
    );

    test('end where a reader is too slow, and nobody else waits for it', async () => {
      const [sender, receiver] = [clients.open('2.0.0'), clients.open('2.0.0')].map((client) =>
        client.channel('big'),
      );
      if (sender === undefined || receiver === undefined) throw new Error('two channels');
      const heard = listen(receiver, 'e');
      for (const channel of [sender, receiver]) expect(await subscribed(channel)).toBe('SUBSCRIBED');
      const slow = await raw();
      slow.send(JSON.stringify(['1', '1', 'realtime:big', 'phx_join', { config: {} }]));
      await once(slow, 'message');
      slow.pause();
      const gone = once(slow, 'close');
      for (let count = 1; count <= 40; count += 1) {
        await sender.send({ type: 'broadcast', event: 'e', payload: 'x'.repeat(400_000) });
        await heard.until(count);
      }
      const metrics = await fetch(`${node.url}/metrics`, {
        headers: { apikey: project.setting('SERVICE_ROLE_KEY') },
      });
      expect(await metrics.text()).toContain('light_realtime_errors_total{code="SlowReader"} 1');
      slow.resume();
      expect((await gone)[0]).toBe(1006);
    });

    test('end where bytes are no WebSocket’s', async () => {
      const { hostname, port } = new URL(node.url);
      const socket = connect(Number(port), hostname);
      socket.write(
        `GET /realtime/v1/websocket?apikey=${project.setting('ANON_KEY')} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\n` +
          'Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
      );
      await once(socket, 'data');
      socket.write(Buffer.alloc(100, 0xff));
      socket.resume();
      await once(socket, 'close');
    });
  });
});
