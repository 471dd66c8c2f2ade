import { describe, expect, it } from 'vitest';
import type { Result } from '../kernel/result.ts';
import type { ConditionFailed, Item, Table, Write } from '../kernel/table.port.ts';
import { RateLimiter } from './rate-limiter.ts';

/** As much of a table as it takes: items by key, conditional puts, and how often it was written. */
class LittleTable implements Table {
  readonly items = new Map<string, Item>();
  writes = 0;

  async get({ pk }: { readonly pk: string }) {
    return this.items.get(pk);
  }

  query(): never {
    throw new Error('not asked for');
  }

  queryIndex(): never {
    throw new Error('not asked for');
  }

  async write([write]: readonly Write[]): Promise<Result<void, ConditionFailed>> {
    if (write?.kind !== 'put') throw new Error('not asked for');
    const version = this.items.get(write.item.pk)?.version;
    const wanted = typeof write.if === 'object' ? write.if.version : undefined;
    if (version !== wanted) return { ok: false, error: { code: 'condition_failed', write: 0 } };
    this.writes += 1;
    this.items.set(write.item.pk, { ...write.item, version: (version ?? 0) + 1 });
    return { ok: true, value: undefined };
  }
}

const LIMIT = { requests: 120, seconds: 60 };

function setUp(processes = 1) {
  const table = new LittleTable();
  let now = 1_000_000_000_000;
  const clock = { now: () => new Date(now) };
  const limiters = Array.from({ length: processes }, () => new RateLimiter(LIMIT, { table, clock }));
  const take = (process: number, subject = 'a') => {
    const limiter = limiters[process % processes];
    if (limiter === undefined) throw new Error('no such process');
    return limiter.take(subject);
  };
  return { table, take, pass: (milliseconds: number) => (now += milliseconds) };
}

describe('the rate limiter', () => {
  it('lets exactly the limit through when many come at once', async () => {
    const { take, table } = setUp();
    const passes = await Promise.all(Array.from({ length: 500 }, () => take(0)));
    expect(passes.filter(({ allowed }) => allowed)).toHaveLength(120);
    expect(table.writes).toBeLessThan(40);
    const refused = passes.find(({ allowed }) => !allowed);
    expect(refused).toMatchObject({ limit: 120, remaining: 0 });
    expect(refused?.reset).toBeGreaterThanOrEqual(60);
    expect(refused?.reset).toBeLessThanOrEqual(65);
  });

  it.each([2, 5, 20])('lets no more through over %i processes, and nearly as many', async (processes) => {
    const { take } = setUp(processes);
    const passes = await Promise.all(Array.from({ length: 1000 }, (_, at) => take(at)));
    const through = passes.filter(({ allowed }) => allowed).length;
    expect(through).toBeLessThanOrEqual(120);
    expect(through).toBeGreaterThan(100);
  });

  it('lets no more than the limit through in any minute, whatever the rhythm', async () => {
    const { take, pass } = setUp(3);
    const through: number[] = [];
    let at = 0;
    for (let n = 0; n < 3000; n += 1) {
      const step = [0, 10, 700, 40, 3000][(n * 7 + (n >> 4)) % 5] ?? 0;
      pass(step);
      at += step;
      if ((await take(n * 5)).allowed) through.push(at);
    }
    for (const [index, start] of through.entries()) {
      const within = through.slice(index).filter((time) => time < start + 60_000);
      expect(within.length).toBeLessThanOrEqual(120);
    }
  });

  it('never refuses somebody who stays well below', async () => {
    const { take, pass } = setUp(2);
    for (let n = 0; n < 600; n += 1) {
      pass(700);
      expect((await take(n)).allowed, `${n}`).toBe(true);
    }
  });

  it('opens again after the time that it tells', async () => {
    const { take, pass } = setUp();
    await Promise.all(Array.from({ length: 120 }, () => take(0)));
    const { reset } = await take(0);
    pass(reset * 1000 - 2000);
    expect((await take(0)).allowed).toBe(false);
    pass(2000);
    expect((await take(0)).allowed).toBe(true);
  });

  it('counts each subject by itself', async () => {
    const { take } = setUp();
    await Promise.all(Array.from({ length: 120 }, () => take(0)));
    expect((await take(0)).allowed).toBe(false);
    expect((await take(0, 'b')).allowed).toBe(true);
  });

  it('writes less often than it is asked, the more it is asked', async () => {
    const table = new LittleTable();
    const clock = { now: () => new Date(0) };
    const limiter = new RateLimiter({ requests: 1_000_000, seconds: 60 }, { table, clock });
    for (let n = 0; n < 10_000; n += 1) await limiter.take('a');
    expect(table.writes).toBeLessThan(20);
  });
});
