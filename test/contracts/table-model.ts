import { err, ok } from '../../functions/core/kernel/result.ts';
import type {
  Condition,
  IndexName,
  Item,
  Key,
  Page,
  Range,
  Table,
} from '../../functions/core/kernel/table.port.ts';
import { byUtf8 } from './table-fixture.ts';

const nameOf = (key: Key): string => JSON.stringify([key.pk, key.sk]);

function holds(condition: Condition, found: Item | undefined): boolean {
  if (condition === 'any') return true;
  return condition === 'absent' ? !found : found?.version === condition.version;
}

/** The port said as plainly as it can be. Its cursor is the position in the list, so nothing may change between pages. */
export function modelTable(): Table {
  const items = new Map<string, Item>();

  function list(range: Range, keyOf: (item: Item) => Key | undefined): Page {
    const found = [...items.values()]
      .flatMap((item) => {
        const key = keyOf(item);
        return key?.pk === range.pk && key.sk.startsWith(range.prefix ?? '') ? [{ item, key }] : [];
      })
      .toSorted((a, b) => byUtf8(a.key.sk, b.key.sk) * (range.reverse ? -1 : 1))
      .map(({ item }) => item);
    const from = Number(range.cursor ?? 0);
    const to = from + (range.limit ?? 100);
    return { items: found.slice(from, to), ...(to < found.length && { cursor: `${to}` }) };
  }

  return {
    async get(key) {
      return items.get(nameOf(key));
    },
    async query(range) {
      return list(range, (item) => item);
    },
    async queryIndex(index: IndexName, range) {
      return list(range, (item) => item[index]);
    },
    async write(writes) {
      const found = (key: Key): Item | undefined => items.get(nameOf(key));
      const failed = writes.findIndex(
        (write) => !holds(write.if, found(write.kind === 'put' ? write.item : write.key)),
      );
      if (failed >= 0) return err({ code: 'condition_failed', write: failed });
      for (const write of writes) {
        if (write.kind === 'delete') items.delete(nameOf(write.key));
        if (write.kind !== 'put') continue;
        const before = found(write.item)?.version ?? 0;
        items.set(nameOf(write.item), { ...write.item, version: write.if === 'any' ? 0 : before + 1 });
      }
      return ok(undefined);
    },
  };
}
