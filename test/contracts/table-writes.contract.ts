import { describe, expect, test } from 'vitest';
import type { Condition, Write } from '../../functions/core/kernel/table.port.ts';
import { freshTables, put } from './table-fixture.ts';
import type { MakeTable } from './table.contract.ts';

const KEY = { pk: 'P#1', sk: 'meta' };
const passed = { ok: true, value: undefined };
const failedAt = (write: number) => ({ ok: false, error: { code: 'condition_failed', write } });

/** Each condition against an item that is absent and one that is there at version 1. */
const CONDITIONS: readonly { kind: Write['kind']; if: Condition; whenAbsent: boolean; whenThere: boolean }[] =
  [
    { kind: 'put', if: 'absent', whenAbsent: true, whenThere: false },
    { kind: 'put', if: 'any', whenAbsent: true, whenThere: true },
    { kind: 'put', if: { version: 1 }, whenAbsent: false, whenThere: true },
    { kind: 'put', if: { version: 2 }, whenAbsent: false, whenThere: false },
    { kind: 'put', if: { version: 0 }, whenAbsent: false, whenThere: false },
    { kind: 'delete', if: 'any', whenAbsent: true, whenThere: true },
    { kind: 'delete', if: { version: 1 }, whenAbsent: false, whenThere: true },
    { kind: 'delete', if: { version: 2 }, whenAbsent: false, whenThere: false },
    { kind: 'check', if: 'absent', whenAbsent: true, whenThere: false },
    { kind: 'check', if: { version: 1 }, whenAbsent: false, whenThere: true },
    { kind: 'check', if: { version: 2 }, whenAbsent: false, whenThere: false },
  ];

function writeOf(kind: Write['kind'], condition: Condition): Write {
  if (kind === 'put') return put(KEY.pk, KEY.sk, condition, { written: true });
  if (kind === 'delete' && condition !== 'absent') return { kind, key: KEY, if: condition };
  if (kind === 'check' && condition !== 'any') return { kind, key: KEY, if: condition };
  throw new Error('no such write');
}

export function tableWrites(makeTable: MakeTable): void {
  describe('writes', () => {
    const fresh = freshTables(makeTable);

    test('an item comes back whole, its data to the letter', async () => {
      const table = await fresh();
      const data = {
        text: 'naïve — 漢字 🦊 \u0000 "quoted"\n',
        numbers: [0, -1, 1.5, 1e300, 5e-324, Number.MAX_SAFE_INTEGER],
        nested: { '': { '': [] }, null: null, yes: true, no: false },
      };
      const item = {
        ...KEY,
        index1: { pk: 'ORG#acme', sk: 'b' },
        index2: { pk: 'STATUS#UP', sk: 'c' },
        expires_at: 4_000_000_000,
        data,
      };
      expect(await table.write([{ kind: 'put', item, if: 'absent' }])).toEqual(passed);
      expect(await table.get(KEY)).toEqual({ ...item, version: 1 });
    });

    test('an absent item is undefined', async () => {
      const table = await fresh();
      await table.write([put('P#1', 'other')]);
      expect(await table.get(KEY)).toBeUndefined();
    });

    test('a put replaces the whole item and takes it out of the indexes it no longer names', async () => {
      const table = await fresh();
      const first = { ...KEY, index1: { pk: 'ORG#a', sk: '1' }, expires_at: 4_000_000_000, data: { old: 1 } };
      await table.write([{ kind: 'put', item: first, if: 'absent' }]);
      await table.write([put(KEY.pk, KEY.sk, { version: 1 }, { next: 2 })]);
      expect(await table.get(KEY)).toEqual({ ...KEY, version: 2, data: { next: 2 } });
      expect(await table.queryIndex('index1', { pk: 'ORG#a' })).toEqual({ items: [] });
    });

    test('the version is 1 when new, one more with each conditional write, 0 after an unconditional one', async () => {
      const table = await fresh();
      const versions: (number | undefined)[] = [];
      for (const condition of ['absent', { version: 1 }, { version: 2 }, 'any', { version: 0 }] as const) {
        expect(await table.write([put(KEY.pk, KEY.sk, condition)])).toEqual(passed);
        versions.push((await table.get(KEY))?.version);
      }
      expect(versions).toEqual([1, 2, 3, 0, 1]);
    });

    for (const { kind, if: condition, whenAbsent, whenThere } of CONDITIONS) {
      test.for([
        ['absent', false, whenAbsent],
        ['there at version 1', true, whenThere],
      ] as const)(`${kind} if ${JSON.stringify(condition)}, item %s`, async ([, there, holds]) => {
        const table = await fresh();
        if (there) await table.write([put(KEY.pk, KEY.sk)]);
        const before = await table.get(KEY);
        expect(await table.write([writeOf(kind, condition)])).toEqual(holds ? passed : failedAt(0));
        const after = await table.get(KEY);
        if (!holds || kind === 'check') expect(after).toEqual(before);
        else if (kind === 'put') expect(after?.data).toEqual({ written: true });
        else expect(after).toBeUndefined();
      });
    }

    test('all or nothing: one failed condition leaves every item as it was, and its position is told', async () => {
      const table = await fresh();
      await table.write([put('P#1', 'there'), put('P#1', 'doomed')]);
      const outcome = await table.write([
        put('P#1', 'new'),
        { kind: 'delete', key: { pk: 'P#1', sk: 'doomed' }, if: { version: 1 } },
        { kind: 'check', key: { pk: 'P#1', sk: 'doomed-not' }, if: 'absent' },
        put('P#1', 'there', 'absent'),
        put('P#2', 'new'),
      ]);
      expect(outcome).toEqual(failedAt(3));
      expect((await table.query({ pk: 'P#1' })).items.map((item) => [item.sk, item.version])).toEqual([
        ['doomed', 1],
        ['there', 1],
      ]);
      expect(await table.get({ pk: 'P#2', sk: 'new' })).toBeUndefined();
    });

    test('of several failed conditions the first is told', async () => {
      const table = await fresh();
      await table.write([put('P', 'a'), put('P', 'b')]);
      expect(await table.write([put('P', 'new'), put('P', 'b'), put('P', 'a')])).toEqual(failedAt(1));
      expect(await table.write([put('P', 'c', { version: 1 }), put('P', 'a')])).toEqual(failedAt(0));
    });

    test('a hundred writes are one transaction', async () => {
      const table = await fresh();
      const writes = Array.from({ length: 100 }, (_, n) => put('P', `item-${String(n).padStart(3, '0')}`));
      expect(await table.write(writes)).toEqual(passed);
      expect((await table.query({ pk: 'P', limit: 1000 })).items).toHaveLength(100);
      expect(
        await table.write([...writes.slice(0, 99).map((_, n) => put('Q', `${n}`)), put('P', 'item-050')]),
      ).toEqual(failedAt(99));
      expect((await table.query({ pk: 'Q' })).items).toEqual([]);
    });
  });
}
