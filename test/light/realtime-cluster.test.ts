import type { RealtimeChannel } from '@supabase/supabase-js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { postgresAvailable } from '../database/cluster.ts';
import { listen, RealtimeClients, subscribed } from './realtime-clients.ts';
import { type Node, type RealtimeProject, startRealtime } from './realtime-project.ts';
import { redisIsInstalled, RedisServer } from './redis.ts';

const Numbered = z.object({ payload: z.object({ number: z.number() }) });

const possible = postgresAvailable && redisIsInstalled();

describe.runIf(possible)(
  'several processes of a project (skipped where redis-server is not installed)',
  () => {
    let redis: RedisServer;
    let project: RealtimeProject;
    let other: Node;
    let clients: RealtimeClients;

    beforeAll(async () => {
      redis = await RedisServer.start();
      project = await startRealtime({ REDIS_URL: redis.url, REALTIME_NODE_EXPIRY_SECONDS: '3' });
      other = await project.another();
      clients = new RealtimeClients(project);
    });

    afterAll(async () => {
      await clients[Symbol.asyncDispose]();
      await project[Symbol.asyncDispose]();
      await redis[Symbol.asyncDispose]();
    });

    const here = (topic: string, key = 'here') =>
      clients.open('2.0.0').channel(topic, { config: { presence: { key }, broadcast: { self: true } } });
    const there = (topic: string, key = 'there', { url }: Node = other) =>
      clients.open('1.0.0', { url }).channel(topic, { config: { presence: { key } } });
    const join = async (...channels: RealtimeChannel[]) => {
      for (const channel of channels) expect(await subscribed(channel)).toBe('SUBSCRIBED');
    };
    const present = (channel: RealtimeChannel) => Object.keys(channel.presenceState()).toSorted();
    const watch = (channel: RealtimeChannel) => channel.on('presence', { event: 'sync' }, () => undefined);

    /** Says it until it is heard: messages go to those who are known to listen, which takes a moment. */
    const reaches = async (sender: RealtimeChannel, heard: readonly unknown[]) => {
      const before = heard.length;
      await expect
        .poll(
          async () => {
            await sender.send({ type: 'broadcast', event: 'e', payload: {} });
            return heard.length;
          },
          { timeout: 20_000 },
        )
        .toBeGreaterThan(before);
    };

    test('hand on what clients send, once each', async () => {
      const [sender, receiver, ear] = [here('handed on'), there('handed on'), there('ear')];
      const [own, heard] = [listen(sender, 'e'), listen(receiver, 'e')];
      await join(sender, receiver, ear);
      await reaches(sender, heard.heard);
      const numbers = Array.from({ length: 50 }, (_, number) => number);
      const numbersIn = (messages: readonly unknown[]) =>
        messages.flatMap((message) => {
          const { success, data } = Numbered.safeParse(message);
          return success ? [data.payload.number] : [];
        });
      for (const number of numbers) await sender.send({ type: 'broadcast', event: 'e', payload: { number } });
      await expect.poll(() => numbersIn(heard.heard)).toEqual(numbers);
      await expect.poll(() => numbersIn(own.heard)).toEqual(numbers);
      const answer = await fetch(`${other.url}/realtime/v1/api/broadcast/handed%20on/events/e`, {
        method: 'POST',
        headers: { apikey: project.setting('ANON_KEY'), 'content-type': 'application/json' },
        body: '{"by":"http"}',
      });
      expect(answer.status).toBe(202);
      await expect.poll(() => own.heard.at(-1)).toMatchObject({ payload: { by: 'http' } });
    });

    test('know who is present anywhere, also those who came before them', async () => {
      const ada = watch(here('hall', 'ada'));
      await join(ada);
      await ada.track({ name: 'Ada' });
      const bob = watch(there('hall', 'bob'));
      await join(bob);
      await expect.poll(() => present(bob)).toEqual(['ada']);
      await bob.track({ name: 'Bob' });
      await expect.poll(() => present(ada)).toEqual(['ada', 'bob']);
      await ada.untrack();
      await expect.poll(() => present(bob)).toEqual(['bob']);
    });

    test('serve their own clients while Redis is away, and find each other again', async () => {
      const [sender, near, far] = [watch(here('outage')), here('outage', 'near'), watch(there('outage'))];
      const [heardNear, heardFar] = [listen(near, 'e'), listen(far, 'e')];
      await join(sender, near, far);
      await far.track({});
      await expect.poll(() => present(sender)).toEqual(['there']);
      await redis.goAway();
      await sender.send({ type: 'broadcast', event: 'e', payload: {} });
      await heardNear.until(1);
      await sender.track({});
      await far.untrack();
      await redis.comeBack();
      await expect.poll(() => present(far), { timeout: 20_000 }).toEqual(['here']);
      await expect.poll(() => present(sender), { timeout: 20_000 }).toEqual(['here']);
      await reaches(sender, heardFar.heard);
    });

    test('forget the clients of a process that stops', async () => {
      const third = await project.another();
      const stays = watch(here('leaving'));
      const goes = there('leaving', 'goes', third);
      await join(stays, goes);
      await goes.track({});
      await expect.poll(() => present(stays)).toEqual(['goes']);
      third.light.signal('SIGTERM');
      await expect.poll(() => present(stays)).toEqual([]);
    });

    test('and of one that is killed', async () => {
      const third = await project.another();
      const stays = watch(here('killed'));
      const goes = there('killed', 'goes', third);
      await join(stays, goes);
      await goes.track({});
      await expect.poll(() => present(stays)).toEqual(['goes']);
      third.light.signal('SIGKILL');
      await expect.poll(() => present(stays), { timeout: 30_000 }).toEqual([]);
    });
  },
);
