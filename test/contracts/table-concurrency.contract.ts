import { describe, expect, test } from 'vitest';
import { TransientError } from '../../functions/core/kernel/errors.ts';
import type { Table, Write } from '../../functions/core/kernel/table.port.ts';
import { freshTables, put } from './table-fixture.ts';
import type { MakeTable } from './table.contract.ts';

const COUNTER = { pk: 'COUNTER', sk: 'n' };

async function numberAt(
  table: Table,
  key: { pk: string; sk: string },
): Promise<{ n: number; version: number }> {
  const item = await table.get(key);
  if (typeof item?.data['n'] !== 'number') throw new Error('no counter');
  return { n: item.data['n'], version: item.version };
}

/** As callers do it: read, write on the version that was read, and again when another was faster. */
async function until(attempt: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 500; tries++) {
    try {
      if (await attempt()) return;
    } catch (error) {
      if (!(error instanceof TransientError)) throw error;
    }
  }
  throw new Error('never succeeded');
}

function set(key: { pk: string; sk: string }, now: { n: number; version: number }, by: number): Write {
  return put(key.pk, key.sk, { version: now.version }, { n: now.n + by });
}

export function tableConcurrency(makeTable: MakeTable): void {
  describe('concurrency', () => {
    const fresh = freshTables(makeTable);

    test('no conditional increment is lost', async () => {
      const table = await fresh();
      await table.write([put(COUNTER.pk, COUNTER.sk, 'absent', { n: 0 })]);
      const increment = () =>
        until(async () => (await table.write([set(COUNTER, await numberAt(table, COUNTER), 1)])).ok);
      await Promise.all(Array.from({ length: 40 }, increment));
      expect(await numberAt(table, COUNTER)).toEqual({ n: 40, version: 41 });
    });

    test('of many who claim one name, one gets it, and only that one keeps what it wrote with it', async () => {
      const table = await fresh();
      const won: number[] = [];
      const claim = (who: number) =>
        until(async () => {
          const name = put('NAME', 'acme', 'absent', { who });
          const outcome = await table.write([put('ORG', `${who}`, 'any'), name]);
          if (outcome.ok) won.push(who);
          return true;
        });
      await Promise.all(Array.from({ length: 20 }, (_, who) => claim(who)));
      expect(won).toHaveLength(1);
      expect((await table.get({ pk: 'NAME', sk: 'acme' }))?.data).toEqual({ who: won[0] });
      expect((await table.query({ pk: 'ORG' })).items.map((item) => item.sk)).toEqual(won.map(String));
    });

    test('what moves between two items is never made or lost', async () => {
      const table = await fresh();
      const accounts = ['a', 'b', 'c'].map((sk) => ({ pk: 'ACCOUNT', sk }));
      await table.write(accounts.map(({ pk, sk }) => put(pk, sk, 'absent', { n: 100 })));
      const move = (round: number) =>
        until(async () => {
          const [from, to] = [accounts[round % 3] ?? COUNTER, accounts[(round + 1) % 3] ?? COUNTER];
          const [source, target] = [await numberAt(table, from), await numberAt(table, to)];
          return (await table.write([set(from, source, -round), set(to, target, round)])).ok;
        });
      await Promise.all(Array.from({ length: 15 }, (_, round) => move(round)));
      const left = await Promise.all(accounts.map((account) => numberAt(table, account)));
      expect(left.reduce((sum, { n }) => sum + n, 0)).toBe(300);
    });
  });
}
