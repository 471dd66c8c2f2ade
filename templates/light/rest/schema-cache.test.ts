import { describe, expect, test } from 'vitest';
import type { DatabaseSchema } from './introspection.ts';
import { SchemaCache } from './schema-cache.ts';

/** A database that can be changed, and a clock that waiting moves on. */
function createDatabase() {
  const state = { version: 1, reads: 0, fails: false, time: 0, waited: 0 };
  const read = async (): Promise<DatabaseSchema> => {
    state.reads += 1;
    if (state.fails) throw new Error('no database');
    return {
      schemas: new Map(),
      roleSettings: new Map(),
      api: { schemas: ['public'], maxRows: 1000, extraSearchPath: ['public', 'extensions'] },
      options: {},
      fingerprint: String(state.version),
    };
  };
  const pace = {
    now: () => state.time,
    wait: async (milliseconds: number) => {
      state.waited += milliseconds;
      state.time += milliseconds;
    },
  };
  return { state, cache: new SchemaCache(read, pace) };
}

describe('what REST knows of the schema', () => {
  test('is read once, however many ask', async () => {
    const { state, cache } = createDatabase();
    await Promise.all([cache.get(), cache.get()]);
    await cache.get();
    expect(state.reads).toBe(1);
  });

  test('is read again for the first who doubt it, not for each', async () => {
    const { state, cache } = createDatabase();
    const known = await cache.get();
    state.time = 1000;
    state.version = 2;
    const doubts = await Promise.all(Array.from({ length: 50 }, () => cache.changedSince(known)));
    expect(new Set(doubts)).toEqual(new Set([true]));
    expect(state.reads).toBe(2);
    expect(await cache.changedSince(await cache.get())).toBe(false);
  });

  test('is read again after a reading under way, which may be too old', async () => {
    const { state, cache } = createDatabase();
    const first = cache.get();
    const second = cache.reload();
    state.version = 2;
    await first;
    expect(await second).toMatchObject({ fingerprint: '2' });
  });

  test('is not read in a row without a pause', async () => {
    const { state, cache } = createDatabase();
    const known = await cache.get();
    await cache.changedSince(known);
    await cache.changedSince(known);
    expect(state).toMatchObject({ reads: 3, waited: 200 });
  });

  test('is asked for again after a failure', async () => {
    const { state, cache } = createDatabase();
    state.fails = true;
    await expect(cache.get()).rejects.toThrow('no database');
    state.fails = false;
    expect(await cache.get()).toMatchObject({ fingerprint: '1' });
  });
});
