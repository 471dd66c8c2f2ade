import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { postgresAvailable } from '../database/cluster.ts';
import { listen, RealtimeClients } from './realtime-clients.ts';
import { type RealtimeProject, startRealtime } from './realtime-project.ts';

describe.runIf(postgresAvailable)('a restart of Realtime', () => {
  let project: RealtimeProject;
  let clients: RealtimeClients;

  beforeAll(async () => {
    project = await startRealtime();
    clients = new RealtimeClients(project);
  });

  afterAll(async () => {
    await clients[Symbol.asyncDispose]();
    await project[Symbol.asyncDispose]();
  });

  test('is announced, and outlived by clients, which join their channels again', async () => {
    const first = await project.another();
    const socket = new WebSocket(`${first.url.replace('http', 'ws')}/realtime/v1/websocket`, {
      headers: { apikey: project.setting('ANON_KEY') },
    });
    await once(socket, 'open');
    const goodBye = once(socket, 'close');
    const channel = clients.open('2.0.0', { url: first.url }).channel('lasting', {
      config: { broadcast: { self: true } },
    });
    const heard = listen(channel, 'e');
    const states: string[] = [];
    channel.subscribe((status) => {
      states.push(status);
    });
    await expect.poll(() => states).toEqual(['SUBSCRIBED']);
    first.light.signal('SIGTERM');
    const [code, reason] = await goodBye;
    expect([code, String(reason)]).toEqual([1012, 'Realtime is restarting, please standby']);
    expect(await first.light.ended).toBe(0);
    await project.another({ LISTEN: new URL(first.url).host });
    await expect.poll(() => states.at(-1), { timeout: 20_000 }).toBe('SUBSCRIBED');
    expect(states).toContain('CHANNEL_ERROR');
    await channel.send({ type: 'broadcast', event: 'e', payload: { again: true } });
    expect(await heard.until(1)).toMatchObject([{ payload: { again: true } }]);
  });
});
