import type { SupabaseClient } from '@supabase/supabase-js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { supabaseAdmin } from '../database/callers.ts';
import { postgresAvailable } from '../database/cluster.ts';
import { Inbox } from './database-side.ts';
import { type RunningProject, startProject } from './running-project.ts';

type Row = { id: number; owner?: string; body?: string };
type Payload = { eventType: string; new: Partial<Row>; old: Partial<Row>; errors: string[] | null };

describe.runIf(postgresAvailable)('supabase-js follows the database', () => {
  let project: RunningProject;

  beforeAll(async () => {
    project = await startProject(supabaseAdmin, { SERVICES: 'rest,auth,realtime' });
    await project.database.sql(`
      create table posts (id int primary key, owner uuid default auth.uid(), body text);
      alter table posts enable row level security;
      create policy own on posts for all to authenticated using (owner = (select auth.uid()));
      alter publication supabase_realtime add table posts;
      create policy hear on realtime.messages for select to authenticated
        using (realtime.topic() = 'mine:' || (select auth.uid()));
      create function say(words text) returns void language sql security definer as $$
        select realtime.send(jsonb_build_object('words', words), 'said', 'mine:' || auth.uid());
      $$;
    `);
  });

  afterAll(() => project[Symbol.asyncDispose]());

  /** Resolves with the word that the server sends once the changes are followed. */
  const follow = (client: SupabaseClient, filter: { event: '*'; filter?: string } = { event: '*' }) => {
    const inbox = new Inbox<Payload>();
    const ready = new Promise<string>((resolve) =>
      client
        .channel(`changes ${Math.random()}`)
        .on('postgres_changes', { schema: 'public', table: 'posts', ...filter }, (payload) =>
          inbox.put({
            eventType: payload.eventType,
            new: payload.new,
            old: payload.old,
            errors: payload.errors,
          }),
        )
        .on('system', {}, ({ message }) => resolve(message))
        .subscribe(),
    );
    return { inbox, ready };
  };

  test('each user hears of their own rows, with the filter that they gave', async () => {
    const [ada, bob] = await Promise.all([project.signUp('ada@x.test'), project.signUp('bob@x.test')]);
    const [hers, his, some] = [
      follow(ada.client),
      follow(bob.client),
      follow(ada.client, { event: '*', filter: 'id=gte.3' }),
    ];
    expect(await Promise.all([hers.ready, his.ready, some.ready])).toEqual(
      Array.from({ length: 3 }, () => 'Subscribed to PostgreSQL'),
    );
    await ada.client.from('posts').insert({ id: 1, body: 'hers' });
    expect(await hers.inbox.take(1)).toEqual([
      { eventType: 'INSERT', new: { id: 1, owner: ada.id, body: 'hers' }, old: {}, errors: null },
    ]);
    await bob.client.from('posts').insert({ id: 2, body: 'his' });
    await ada.client.from('posts').insert({ id: 3, body: 'third' });
    expect(await his.inbox.take(1)).toMatchObject([{ new: { id: 2 } }]);
    expect(await hers.inbox.take(1)).toMatchObject([{ new: { id: 3 } }]);
    expect(await some.inbox.take(1)).toMatchObject([{ new: { id: 3 } }]);
    await ada.client.from('posts').update({ body: 'changed' }).eq('id', 3);
    expect(await hers.inbox.take(1)).toMatchObject([
      { eventType: 'UPDATE', new: { body: 'changed' }, old: { id: 3 } },
    ]);
    await ada.client.from('posts').delete().eq('id', 3);
    expect(await hers.inbox.take(1)).toEqual([
      { eventType: 'DELETE', new: {}, old: { id: 3 }, errors: null },
    ]);
    await Promise.all([ada, bob].map(({ client }) => client.removeAllChannels()));
  });

  test('a wrong filter is answered with the reason', async () => {
    const client = project.client('SERVICE_ROLE_KEY');
    const { ready } = follow(client, { event: '*', filter: 'id=eq.x' });
    expect(await ready).toContain('invalid input syntax for type integer: "x"');
    await client.removeAllChannels();
  });

  test('what the database says in a private channel comes to whom a policy lets hear it', async () => {
    const [eve, dan] = await Promise.all([project.signUp('eve@x.test'), project.signUp('dan@x.test')]);
    await eve.client.realtime.setAuth();
    const join = (client: SupabaseClient, topic: string) => {
      const inbox = new Inbox<unknown>();
      const state = new Promise<string>((resolve) =>
        client
          .channel(topic, { config: { private: true } })
          .on('broadcast', { event: 'said' }, ({ payload }) => inbox.put(payload))
          .subscribe((status, error) => resolve(error?.message ?? status)),
      );
      return { inbox, state };
    };
    await dan.client.realtime.setAuth();
    const hers = join(eve.client, `mine:${eve.id}`);
    expect(await hers.state).toBe('SUBSCRIBED');
    expect(await join(dan.client, `mine:${eve.id}`).state).toContain('do not have permissions to read');
    await eve.client.rpc('say', { words: 'hello' });
    expect(await hers.inbox.take(1)).toMatchObject([{ words: 'hello' }]);
    await Promise.all([eve, dan].map(({ client }) => client.removeAllChannels()));
  });

  test('leaves the database alone when the last client has gone', async () => {
    const slots = () =>
      project.database.as(
        'supabase_admin',
        async (db) => (await db.query('select from pg_replication_slots')).rowCount,
      );
    await expect.poll(slots, { timeout: 20_000 }).toBe(0);
  });
});
