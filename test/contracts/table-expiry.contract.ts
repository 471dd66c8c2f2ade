import { describe, expect, test } from 'vitest';
import { fill, freshTables, pages, put, settableClock, sortKeys, START } from './table-fixture.ts';
import type { MakeTable } from './table.contract.ts';

const KEY = { pk: 'P', sk: 'session' };
const in60s = START.getTime() / 1000 + 60;

export function tableExpiry(makeTable: MakeTable): void {
  describe('expiry', () => {
    const fresh = freshTables(makeTable);

    test('an item is there until its second has come, then absent to reads and listings', async () => {
      const clock = settableClock();
      const table = await fresh(clock);
      await fill(table, [{ ...KEY, index1: { pk: 'I', sk: '1' }, expires_at: in60s, data: {} }]);
      const seen = async (): Promise<number[]> => [
        (await table.get(KEY)) ? 1 : 0,
        (await table.query({ pk: 'P' })).items.length,
        (await table.queryIndex('index1', { pk: 'I' })).items.length,
      ];
      clock.advance(59);
      expect(await seen()).toEqual([1, 1, 1]);
      clock.advance(1);
      expect(await seen()).toEqual([0, 0, 0]);
    });

    test('conditions take an expired item as absent', async () => {
      const clock = settableClock();
      const table = await fresh(clock);
      await fill(table, [{ ...KEY, expires_at: in60s, data: { old: true } }]);
      clock.advance(60);
      const failed = { ok: false, error: { code: 'condition_failed', write: 0 } };
      expect(await table.write([put(KEY.pk, KEY.sk, { version: 1 })])).toEqual(failed);
      expect(await table.write([{ kind: 'check', key: KEY, if: { version: 1 } }])).toEqual(failed);
      expect(await table.write([{ kind: 'delete', key: KEY, if: { version: 1 } }])).toEqual(failed);
      expect(await table.write([{ kind: 'check', key: KEY, if: 'absent' }])).toEqual({
        ok: true,
        value: undefined,
      });
      expect(await table.write([put(KEY.pk, KEY.sk, 'absent')])).toEqual({ ok: true, value: undefined });
      expect(await table.get(KEY)).toEqual({ ...KEY, version: 1, data: {} });
    });

    test('expired items make no page shorter', async () => {
      const clock = settableClock();
      const table = await fresh(clock);
      const names = Array.from({ length: 30 }, (_, n) => `k-${String(n).padStart(2, '0')}`);
      await fill(
        table,
        names.map((sk, n) => ({ pk: 'P', sk, data: {}, ...(n % 3 !== 0 && { expires_at: in60s }) })),
      );
      clock.advance(61);
      const found = await pages(table, { pk: 'P', limit: 5 });
      expect(found.map((page) => page.length)).toEqual([5, 5]);
      expect(sortKeys(found.flat())).toEqual(names.filter((_, n) => n % 3 === 0));
    });
  });
}
