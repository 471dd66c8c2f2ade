import type { RealtimeChannel, SupabaseClient } from '@supabase/supabase-js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { Cloud } from './cloud.ts';

let cloud: Cloud;
let project: Awaited<ReturnType<Cloud['healthy']>>;

const Room = z.object({ id: z.string() });
const Lints = z.object({ lints: z.array(z.object({ name: z.string(), cache_key: z.string() })) });
const Types = z.object({ types: z.string() });

beforeAll(async () => {
  cloud = await Cloud.start();
  project = await cloud.healthy('chat', { template: 'with-messaging' });
});
afterAll(() => cloud.destroy());

async function signUp(name: string): Promise<SupabaseClient> {
  const client = cloud.client(project.ref, project.keys.publishable);
  const { error } = await client.auth.signUp({
    email: `${name}@example.com`,
    password: 'correct horse battery',
  });
  expect(error).toBeNull();
  await client.realtime.setAuth();
  return client;
}

const joined = (channel: RealtimeChannel) =>
  new Promise<string>((resolve) => channel.subscribe((status, error) => resolve(error?.message ?? status)));

test('two people talk in a room, and a third is not heard', async () => {
  const [ada, bob, eve] = await Promise.all(['ada', 'bob', 'eve'].map(signUp));
  if (ada === undefined || bob === undefined || eve === undefined) throw new Error('three people');
  const room = Room.parse((await ada.rpc('create_room', { name: 'Lobby', kind: 'private' })).data);
  const bobsId = (await bob.auth.getUser()).data.user?.id;
  expect((await ada.rpc('add_room_member', { room_id: room.id, user_id: bobsId })).error).toBeNull();

  const channelOf = (client: SupabaseClient) =>
    client.channel(`room:${room.id}`, { config: { private: true } });
  const bobs = channelOf(bob);
  const heard = new Promise((resolve) =>
    bobs.on('broadcast', { event: 'message' }, ({ payload }) => resolve(payload)),
  );
  expect(await joined(bobs)).toBe('SUBSCRIBED');
  await ada.rpc('send_message', { room_id: room.id, body: 'Hello', client_key: 'k' });
  expect(await heard).toMatchObject({ body: 'Hello', client_key: 'k', room_id: room.id });

  const refused = await eve.rpc('send_message', { room_id: room.id, body: 'Hello' });
  expect(refused.status).toBe(404);
  expect(refused.error).toMatchObject({ code: 'PT404', hint: 'room_not_found' });
  expect(await joined(channelOf(eve))).toContain('do not have permissions');
  await Promise.all([ada, bob, eve].map((client) => client.removeAllChannels()));
});

test('the advisors have nothing to say of it, and types are generated', async () => {
  for (const kind of ['security', 'performance']) {
    const { body } = await cloud.call('GET', `/v1/projects/${project.ref}/advisors/${kind}`);
    const lints = Lints.parse(body).lints.filter(
      ({ name }) => name !== 'unused_index' && !name.startsWith('auth_'),
    );
    expect(lints).toEqual([]);
  }
  const { body } = await cloud.call('GET', `/v1/projects/${project.ref}/types/typescript`);
  expect(Types.parse(body).types).toMatch(/place_bid: \{/);
});

test('a project without the feature has none of it', async () => {
  const { ref, keys } = await cloud.healthy('plain');
  const { error } = await cloud.client(ref, keys.anon).rpc('create_room', { name: 'x' });
  expect(error).toMatchObject({ code: 'PGRST202' });
});
