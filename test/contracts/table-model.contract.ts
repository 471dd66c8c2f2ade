import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../functions/core/kernel/json.ts';
import type { Item, Range, Table, Write } from '../../functions/core/kernel/table.port.ts';
import { pages, settableClock } from './table-fixture.ts';
import { modelTable } from './table-model.ts';
import type { MakeTable } from './table.contract.ts';

/** Few enough that writes meet, odd enough that an order or a prefix taken wrongly shows. */
const pk = fc.constantFrom('P', 'P#', 'p', 'Ω');
const sk = fc.oneof(
  fc.constantFrom('a', 'a#', 'a#1', 'A', 'é', '\uffff', '\u{10000}', '\u{10ffff}'),
  fc.string({ minLength: 1, maxLength: 3, unit: 'binary' }).filter((text) => text.isWellFormed()),
);
const key = fc.record({ pk, sk });
const version = fc.integer({ min: 0, max: 3 }).map((version) => ({ version }));
const data = fc.dictionary(fc.string(), fc.jsonValue()).map((value): JsonObject => {
  const plain: { [key: string]: Json } = JSON.parse(JSON.stringify(value));
  return plain;
});

const item = fc
  .record({
    key,
    index1: fc.option(key, { nil: undefined }),
    index2: fc.option(key, { nil: undefined }),
    data,
  })
  .map(({ key, index1, index2, data }) => ({
    ...key,
    ...(index1 && { index1 }),
    ...(index2 && { index2 }),
    data,
  }));

const write: fc.Arbitrary<Write> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('put' as const),
      item,
      if: fc.oneof(fc.constantFrom('absent' as const, 'any' as const), version),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('delete' as const),
      key,
      if: fc.oneof(fc.constant('any' as const), version),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('check' as const),
      key,
      if: fc.oneof(fc.constant('absent' as const), version),
    }),
  },
);

const transaction = fc.uniqueArray(write, {
  minLength: 1,
  maxLength: 5,
  selector: (write) =>
    JSON.stringify(write.kind === 'put' ? [write.item.pk, write.item.sk] : [write.key.pk, write.key.sk]),
});

const range: fc.Arbitrary<Range> = fc.record(
  {
    pk,
    prefix: fc.oneof(fc.constantFrom('', 'a', '\uffff', '\u{10ffff}'), sk),
    limit: fc.integer({ min: 1, max: 4 }),
    reverse: fc.boolean(),
  },
  { requiredKeys: ['pk'] },
);

const byKey = (a: Item, b: Item): number =>
  JSON.stringify([a.pk, a.sk]) < JSON.stringify([b.pk, b.sk]) ? -1 : 1;

async function expectSameListings(table: Table, model: Table, range: Range): Promise<void> {
  expect(await pages(table, range)).toEqual(await pages(model, range));
  for (const index of ['index1', 'index2'] as const) {
    const found = await pages(table, range, index);
    const expected = await pages(model, range, index);
    expect(found.map((page) => page.length)).toEqual(expected.map((page) => page.length));
    // Items of the same index key have no order among themselves.
    expect(found.flat().map((item) => item[index])).toEqual(expected.flat().map((item) => item[index]));
    expect(found.flat().toSorted(byKey)).toEqual(expected.flat().toSorted(byKey));
  }
}

export function tableAgainstModel(makeTable: MakeTable, numRuns: number): void {
  describe('against a model', () => {
    test('any sequence of transactions leaves what the model has', async () => {
      const transactions = fc.array(transaction, { maxLength: 20, size: 'max' });
      const ranges = fc.array(range, { minLength: 1, maxLength: 5 });
      await fc.assert(
        fc.asyncProperty(transactions, ranges, async (transactions, ranges) => {
          const made = await makeTable(settableClock());
          const model = modelTable();
          try {
            for (const writes of transactions) {
              expect(await made.table.write(writes)).toEqual(await model.write(writes));
            }
            for (const range of ranges) await expectSameListings(made.table, model, range);
          } finally {
            await made.close();
          }
        }),
        { numRuns },
      );
    });
  });
}
