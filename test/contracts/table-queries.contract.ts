import { describe, expect, test } from 'vitest';
import { PortError } from '../../functions/core/kernel/errors.ts';
import { byUtf8, fill, freshTables, pages, put, sortKeys } from './table-fixture.ts';
import type { MakeTable } from './table.contract.ts';

/** Where the order of UTF-16 units, of a locale or of upper and lower case differs from the order of UTF-8 bytes. */
const AWKWARD = [
  ...'A Z a aa b z É é e\u0301 ~ % _ * ? [a] # \\ \' " a# a$ a% a_ a* \u0000 a\u0000 a\u0000b \u007f \u0080'.split(
    ' ',
  ),
  ...'\u07ff \u0800 \ud7ff \ud7ff! \ue000 \uffff \uffff! \u{10000} \u{1f98a} \u{10ffff} \u{10ffff}a'.split(
    ' ',
  ),
  ' ',
];

export function tableQueries(makeTable: MakeTable): void {
  describe('queries', () => {
    const fresh = freshTables(makeTable);

    test('only the partition asked for, in order of its sort keys', async () => {
      const table = await fresh();
      await table.write([
        put('P#1', 'c'),
        put('P#1', 'a'),
        put('P#2', 'b'),
        put('P#1', 'b'),
        put('P#11', 'd'),
      ]);
      expect(sortKeys((await table.query({ pk: 'P#1' })).items)).toEqual(['a', 'b', 'c']);
      expect(sortKeys((await table.query({ pk: 'P#1', reverse: true })).items)).toEqual(['c', 'b', 'a']);
      expect(await table.query({ pk: 'P#3' })).toEqual({ items: [] });
    });

    test('sort keys are ordered by their UTF-8 bytes', async () => {
      const table = await fresh();
      await fill(
        table,
        AWKWARD.map((sk) => ({ pk: 'P', sk, data: {} })),
      );
      const expected = AWKWARD.toSorted(byUtf8);
      expect(sortKeys((await table.query({ pk: 'P' })).items)).toEqual(expected);
      expect(sortKeys((await table.query({ pk: 'P', reverse: true })).items)).toEqual(expected.toReversed());
      expect(sortKeys((await pages(table, { pk: 'P', limit: 1 })).flat())).toEqual(expected);
    });

    test('a prefix is taken to the letter', async () => {
      const table = await fresh();
      await fill(
        table,
        AWKWARD.map((sk) => ({ pk: 'P', sk, data: {}, index1: { pk: 'I', sk } })),
      );
      for (const prefix of ['', ...AWKWARD]) {
        const expected = AWKWARD.filter((sk) => sk.startsWith(prefix)).toSorted(byUtf8);
        expect(sortKeys((await table.query({ pk: 'P', prefix })).items)).toEqual(expected);
        expect(sortKeys((await table.queryIndex('index1', { pk: 'I', prefix })).items)).toEqual(expected);
      }
    });

    test('a page holds 100 items unless told otherwise, and the last page has no cursor', async () => {
      const table = await fresh();
      const items = Array.from({ length: 200 }, (_, n) => ({
        pk: 'P',
        sk: String(n).padStart(4, '0'),
        data: { n },
      }));
      await fill(table, items);
      const sizes = async (limit?: number): Promise<number[]> =>
        (await pages(table, { pk: 'P', ...(limit !== undefined && { limit }) })).map((page) => page.length);
      expect(await sizes()).toEqual([100, 100]);
      expect(await sizes(1000)).toEqual([200]);
      expect(await sizes(80)).toEqual([80, 80, 40]);
    });

    test.for([false, true])('pages neither lose nor repeat an item, reverse: %s', async (reverse) => {
      const table = await fresh();
      const names = Array.from({ length: 23 }, (_, n) => `k-${String(n).padStart(2, '0')}`);
      await fill(
        table,
        [...names, 'j', 'l'].map((sk) => ({ pk: 'P', sk, data: {} })),
      );
      const found = await pages(table, { pk: 'P', prefix: 'k-', limit: 5, reverse });
      expect(found.map((page) => page.length)).toEqual([5, 5, 5, 5, 3]);
      expect(sortKeys(found.flat())).toEqual(reverse ? names.toReversed() : names);
    });

    test('a page goes on behind its cursor though the item there is gone', async () => {
      const table = await fresh();
      await table.write(['a', 'b', 'c', 'd'].map((sk) => put('P', sk)));
      const { cursor = '' } = await table.query({ pk: 'P', limit: 2 });
      await table.write([{ kind: 'delete', key: { pk: 'P', sk: 'b' }, if: 'any' }, put('P', 'bb')]);
      expect(sortKeys((await table.query({ pk: 'P', limit: 2, cursor })).items)).toEqual(['bb', 'c']);
    });

    test('an index holds the items that have its key, under that key', async () => {
      const table = await fresh();
      await fill(table, [
        {
          pk: 'P#1',
          sk: 'meta',
          index1: { pk: 'ORG#a', sk: '2' },
          index2: { pk: 'UP', sk: '9' },
          data: { n: 1 },
        },
        { pk: 'P#2', sk: 'meta', index1: { pk: 'ORG#a', sk: '1' }, data: { n: 2 } },
        {
          pk: 'P#3',
          sk: 'meta',
          index1: { pk: 'ORG#b', sk: '1' },
          index2: { pk: 'UP', sk: '8' },
          data: { n: 3 },
        },
        { pk: 'P#4', sk: 'meta', data: { n: 4 } },
      ]);
      const found = async (index: 'index1' | 'index2', pk: string): Promise<unknown[]> =>
        (await table.queryIndex(index, { pk })).items.map((item) => item.data['n']);
      expect(await found('index1', 'ORG#a')).toEqual([2, 1]);
      expect(await found('index1', 'ORG#b')).toEqual([3]);
      expect(await found('index2', 'UP')).toEqual([3, 1]);
      expect(await found('index2', 'ORG#a')).toEqual([]);
      const [whole] = (await table.queryIndex('index1', { pk: 'ORG#b' })).items;
      expect(whole).toEqual(await table.get({ pk: 'P#3', sk: 'meta' }));
    });

    test.for([false, true])('items of one index key are paged without loss, reverse: %s', async (reverse) => {
      const table = await fresh();
      const items = Array.from({ length: 17 }, (_, n) => ({
        pk: `P#${n % 5}`,
        sk: `s-${n}`,
        index2: { pk: 'I', sk: n < 12 ? 'same' : 'tame' },
        data: { n },
      }));
      await fill(table, items);
      const found = (await pages(table, { pk: 'I', limit: 4, reverse }, 'index2')).flat();
      const keys = found.map((item) => item.index2?.sk ?? '');
      expect(keys).toEqual(reverse ? keys.toSorted(byUtf8).toReversed() : keys.toSorted(byUtf8));
      expect(sortKeys(found).toSorted(byUtf8)).toEqual(items.map((item) => item.sk).toSorted(byUtf8));
    });

    test('an index follows its items', async () => {
      const table = await fresh();
      const item = { pk: 'P', sk: 'meta', data: {} };
      await fill(table, [{ ...item, index1: { pk: 'I', sk: 'a' } }]);
      await table.write([
        { kind: 'put', item: { ...item, index1: { pk: 'J', sk: 'b' } }, if: { version: 1 } },
      ]);
      expect((await table.queryIndex('index1', { pk: 'I' })).items).toEqual([]);
      expect((await table.queryIndex('index1', { pk: 'J' })).items).toHaveLength(1);
      await table.write([{ kind: 'delete', key: item, if: 'any' }]);
      expect((await table.queryIndex('index1', { pk: 'J' })).items).toEqual([]);
    });

    test('a cursor that the listing did not give out is refused', async () => {
      const table = await fresh();
      await fill(
        table,
        ['k-1', 'k-2', 'k-3', 'z-1', 'z-2'].map((sk) => ({ pk: 'P', sk, index1: { pk: 'I', sk }, data: {} })),
      );
      const { cursor: outside = '' } = await table.query({ pk: 'P', prefix: 'z', limit: 1 });
      const { cursor: ofIndex = '' } = await table.queryIndex('index1', { pk: 'I', prefix: 'k', limit: 1 });
      const forged = [
        '',
        'x',
        '!',
        'W10',
        'eyJhIjoxfQ',
        Buffer.from('[""]').toString('base64url'),
        outside,
        ofIndex,
      ];
      for (const cursor of forged) {
        await expect(table.query({ pk: 'P', prefix: 'k', cursor })).rejects.toBeInstanceOf(PortError);
      }
      await expect(table.queryIndex('index1', { pk: 'I', cursor: outside })).rejects.toBeInstanceOf(
        PortError,
      );
    });
  });
}
