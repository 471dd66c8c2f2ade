import { array, assert, asyncProperty, constantFrom, integer } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Entry, Outbox, type Outcome } from './outbox.ts';
import { type OutboxStore, inMemory, inStorage } from './outbox-store.ts';

/** A server that takes each key once, behind a line that loses requests or answers as it is told. */
function lossyServer(line: readonly ('lost' | 'answer lost' | 'fine')[]) {
  const taken: string[] = [];
  const keys = new Set<string>();
  let at = 0;
  return {
    taken,
    send: async ({ key, body }: Entry<string>): Promise<Outcome<string>> => {
      const state = line[at] ?? 'fine';
      at += 1;
      if (state === 'lost') return { kind: 'unanswered' };
      if (body.startsWith('bad'))
        return { kind: 'refused', error: { code: 'P0001', message: 'bad', hint: null } };
      if (!keys.has(key)) taken.push(body);
      keys.add(key);
      if (state === 'answer lost') throw new TypeError('fetch failed');
      return { kind: 'done', value: `took ${body}` };
    },
  };
}

/** Waits are over when the test says so. */
function clock() {
  const waits: { readonly ms: number; readonly run: () => void }[] = [];
  return {
    waits,
    later: (ms: number, run: () => void) => {
      const wait = { ms, run };
      waits.push(wait);
      return () => void waits.splice(waits.indexOf(wait), 1);
    },
    async settle(isDone: () => boolean) {
      for (let turn = 0; turn < 1000 && !isDone(); turn += 1) {
        waits.shift()?.run();
        await Promise.resolve();
      }
    },
  };
}

describe('the outbox', () => {
  it('sends everything once and in order, whatever the line loses', async () => {
    const states = constantFrom('lost' as const, 'answer lost' as const, 'fine' as const);
    await assert(
      asyncProperty(array(states, { maxLength: 12 }), integer({ min: 1, max: 6 }), async (line, count) => {
        const server = lossyServer(line);
        const time = clock();
        const outbox = new Outbox({ send: server.send, store: inMemory<string>(), later: time.later });
        const bodies = Array.from({ length: count }, (_, index) => `message ${index}`);
        const sent = Promise.all(bodies.map((body) => outbox.post(body).sent));
        await time.settle(() => outbox.entries.get().length === 0);
        expect(await sent).toEqual(bodies.map((body) => ({ ok: true, value: `took ${body}` })));
        expect(server.taken).toEqual(bodies);
      }),
      { seed: 7, numRuns: 200 },
    );
  });

  it('tells what was refused and goes on with the next', async () => {
    const server = lossyServer([]);
    const outbox = new Outbox({ send: server.send, store: inMemory<string>() });
    const [bad, good] = [outbox.post('bad one'), outbox.post('good one')];
    expect(await bad.sent).toMatchObject({ ok: false, error: { code: 'P0001' } });
    expect(await good.sent).toEqual({ ok: true, value: 'took good one' });
    expect(server.taken).toEqual(['good one']);
  });

  it('waits longer after each failure, and not at all once the connection is back', async () => {
    const server = lossyServer(['lost', 'lost', 'lost', 'lost']);
    const time = clock();
    const outbox = new Outbox({ send: server.send, store: inMemory<string>(), later: time.later });
    const { sent } = outbox.post('hello');
    const seen: number[] = [];
    for (let failure = 0; failure < 3; failure += 1) {
      await expect.poll(() => time.waits.length).toBe(1);
      const [wait] = time.waits.splice(0);
      seen.push(wait?.ms ?? 0);
      wait?.run();
    }
    await expect.poll(() => time.waits.length).toBe(1);
    expect(seen).toEqual([500, 1000, 2000]);
    outbox.retry();
    expect(await sent).toEqual({ ok: true, value: 'took hello' });
    expect(time.waits).toEqual([]);
  });

  it('sends after a reload what an earlier page could not, under the same key', async () => {
    const kept = new Map<string, string>();
    const storage = {
      getItem: (name: string) => kept.get(name) ?? null,
      setItem: (name: string, value: string) => void kept.set(name, value),
    };
    const read = (body: unknown) => (typeof body === 'string' ? body : undefined);
    const server = lossyServer(['answer lost']);
    const first = new Outbox({
      send: server.send,
      store: inStorage(storage, 'out', read),
      later: clock().later,
    });
    const { entry } = first.post('hello');
    await expect.poll(() => server.taken).toEqual(['hello']);
    first.close();
    expect(inStorage(storage, 'out', read).load()).toEqual([entry]);

    const second = new Outbox({ send: server.send, store: inStorage(storage, 'out', read) });
    await expect.poll(() => second.entries.get()).toEqual([]);
    expect(server.taken).toEqual(['hello']);
    expect(inStorage(storage, 'out', read).load()).toEqual([]);
  });

  it.each(['not JSON', '{}', '[1, {"key": 3, "body": "x"}, {"key": "k"}]'])(
    'begins empty where the store holds %s',
    (text) => {
      const store: OutboxStore<string> = inStorage(
        { getItem: () => text, setItem: () => {} },
        'out',
        (body) => (typeof body === 'string' ? body : undefined),
      );
      expect(store.load()).toEqual([]);
    },
  );

  it('goes on where nothing can be stored', async () => {
    const full = {
      getItem: () => null,
      setItem: () => {
        throw new Error('full');
      },
    };
    const server = lossyServer([]);
    const outbox = new Outbox({ send: server.send, store: inStorage<string>(full, 'out', () => undefined) });
    expect((await outbox.post('hello').sent).ok).toBe(true);
  });
});
