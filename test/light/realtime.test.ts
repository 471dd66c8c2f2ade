import { createClient, type RealtimeChannel } from '@supabase/supabase-js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { masterUser } from '../database/callers.ts';
import { postgresAvailable } from '../database/cluster.ts';
import { type RunningProject, startProject } from './running-project.ts';

const VERSIONS = ['1.0.0', '2.0.0'] as const;

describe.runIf(postgresAvailable)('Realtime', () => {
  let project: RunningProject;

  beforeAll(async () => {
    project = await startProject(masterUser, { SERVICES: 'rest,auth,realtime' });
  });

  afterAll(() => project[Symbol.asyncDispose]());

  const clientOf = (vsn: (typeof VERSIONS)[number]) =>
    createClient(project.url, project.setting('PUBLISHABLE_KEYS'), {
      auth: { persistSession: false, autoRefreshToken: false },
      realtime: { vsn },
    });

  const subscribed = (channel: RealtimeChannel) =>
    new Promise<string>((resolve) => channel.subscribe((status, error) => resolve(error?.message ?? status)));

  test.each(VERSIONS)('broadcasts from %s to both versions', async (vsn) => {
    const sender = clientOf(vsn).channel('room');
    const receivers = VERSIONS.map((each) => clientOf(each).channel('room'));
    const heard = receivers.map(
      (channel) =>
        new Promise((resolve) => channel.on('broadcast', { event: 'hi' }, (message) => resolve(message))),
    );
    expect(await Promise.all([sender, ...receivers].map(subscribed))).toEqual([
      'SUBSCRIBED',
      'SUBSCRIBED',
      'SUBSCRIBED',
    ]);
    await sender.send({ type: 'broadcast', event: 'hi', payload: { words: 'hé' } });
    for (const message of await Promise.all(heard))
      expect(message).toEqual({ type: 'broadcast', event: 'hi', payload: { words: 'hé' } });
  });

  test('shows who is present', async () => {
    const [ada, bob] = VERSIONS.map((vsn) =>
      clientOf(vsn).channel('hall', { config: { presence: { key: vsn } } }),
    );
    if (ada === undefined || bob === undefined) throw new Error('two clients');
    const seen = new Promise((resolve) =>
      bob.on('presence', { event: 'sync' }, () => {
        const state = bob.presenceState();
        if (Object.keys(state).length === 2) resolve(state);
      }),
    );
    expect([await subscribed(ada), await subscribed(bob)]).toEqual(['SUBSCRIBED', 'SUBSCRIBED']);
    expect(await ada.track({ name: 'Ada' })).toBe('ok');
    expect(await bob.track({ name: 'Bob' })).toBe('ok');
    expect(await seen).toMatchObject({ '1.0.0': [{ name: 'Ada' }], '2.0.0': [{ name: 'Bob' }] });
  });
});
