import { describe, expect, test } from 'vitest';
import { PortError } from '../../functions/core/kernel/errors.ts';
import { itemBytes, MAX_ITEM_BYTES } from '../../functions/core/kernel/table-rules.ts';
import type { Write } from '../../functions/core/kernel/table.port.ts';
import { freshTables, put } from './table-fixture.ts';
import type { MakeTable } from './table.contract.ts';

function putOfBytes(size: number): Write {
  const empty = { pk: 'P', sk: 'large', data: { text: '' } };
  const text = 'x'.repeat(size - itemBytes(empty));
  return { kind: 'put', item: { ...empty, data: { text } }, if: 'any' };
}

const REFUSED_WRITES: readonly { what: string; writes: readonly Write[] }[] = [
  { what: 'no write', writes: [] },
  { what: '101 writes', writes: Array.from({ length: 101 }, (_, n) => put('P', `${n}`)) },
  { what: 'a key twice', writes: [put('P', 'a'), { kind: 'delete', key: { pk: 'P', sk: 'a' }, if: 'any' }] },
  { what: 'an empty pk', writes: [put('', 'a')] },
  { what: 'an empty sk', writes: [put('P', '')] },
  {
    what: 'an empty key of an index',
    writes: [{ kind: 'put', item: { pk: 'P', sk: 'a', index1: { pk: 'I', sk: '' }, data: {} }, if: 'any' }],
  },
  { what: 'a pk over 2048 bytes', writes: [put('é'.repeat(1025), 'a')] },
  { what: 'an sk over 1024 bytes', writes: [put('P', 'é'.repeat(513))] },
  { what: 'a lone surrogate', writes: [put('P', 'a\ud800')] },
  {
    what: 'a fraction of a second',
    writes: [{ kind: 'put', item: { pk: 'P', sk: 'a', expires_at: 1.5, data: {} }, if: 'any' }],
  },
  {
    what: 'more than 4 MB',
    writes: Array.from({ length: 11 }, (_, n) => put('P', `${n}`, 'any', { text: 'x'.repeat(390_000) })),
  },
];

export function tableLimits(makeTable: MakeTable): void {
  describe('limits', () => {
    const fresh = freshTables(makeTable);

    test.for(REFUSED_WRITES)('refuses $what and writes nothing', async ({ writes }) => {
      const table = await fresh();
      await expect(table.write(writes)).rejects.toBeInstanceOf(RangeError);
      expect(await table.query({ pk: 'P' })).toEqual({ items: [] });
    });

    test('the longest keys are taken', async () => {
      const table = await fresh();
      const key = { pk: 'é'.repeat(1024), sk: 'é'.repeat(512) };
      await table.write([{ kind: 'put', item: { ...key, index1: key, data: {} }, if: 'absent' }]);
      expect((await table.queryIndex('index1', { pk: key.pk, prefix: key.sk })).items).toHaveLength(1);
    });

    test('an item of 400 KB is kept, one byte more is refused', async () => {
      const table = await fresh();
      expect(await table.write([putOfBytes(MAX_ITEM_BYTES)])).toEqual({ ok: true, value: undefined });
      const kept = await table.get({ pk: 'P', sk: 'large' });
      expect(kept && itemBytes(kept)).toBe(MAX_ITEM_BYTES);
      await expect(table.write([putOfBytes(MAX_ITEM_BYTES + 1)])).rejects.toBeInstanceOf(PortError);
      expect(await table.get({ pk: 'P', sk: 'large' })).toEqual(kept);
    });

    test('large items come back over as many pages as it takes', async () => {
      const table = await fresh();
      for (const sk of ['a', 'b', 'c', 'd', 'e']) {
        await table.write([put('P', sk, 'absent', { text: sk.repeat(390_000) })]);
      }
      const { items, cursor } = await table.query({ pk: 'P' });
      expect(items.map((item) => item.sk)).toEqual(['a', 'b', 'c', 'd', 'e']);
      expect(cursor).toBeUndefined();
    });

    test.for([0, -1, 1.5, 1001, Number.NaN])('refuses a page of %s items', async (limit) => {
      const table = await fresh();
      await expect(table.query({ pk: 'P', limit })).rejects.toBeInstanceOf(RangeError);
      await expect(table.queryIndex('index2', { pk: 'P', limit })).rejects.toBeInstanceOf(RangeError);
    });

    test('refuses to read what cannot be a key', async () => {
      const table = await fresh();
      await expect(table.get({ pk: 'P', sk: '' })).rejects.toBeInstanceOf(RangeError);
      await expect(table.get({ pk: '', sk: 'a' })).rejects.toBeInstanceOf(RangeError);
      await expect(table.query({ pk: '' })).rejects.toBeInstanceOf(RangeError);
      await expect(table.query({ pk: 'P', prefix: 'a'.repeat(1025) })).rejects.toBeInstanceOf(RangeError);
    });
  });
}
