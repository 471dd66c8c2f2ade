import type { Item, Key } from '../../core/kernel/table.port.ts';

/** Past that the item that was read first makes room. */
const MOST = 2_000;

/**
 * Items as they were read last, each the same object for as long as nobody writes it: a read through SQLite costs its
 * lock on the file each time. Whoever has this must be the only one that writes.
 */
export class ItemCache {
  readonly #items = new Map<string, Item>();

  get(key: Key): Item | undefined {
    return this.#items.get(nameOf(key));
  }

  put(item: Item): void {
    const [first] = this.#items.keys();
    if (this.#items.size >= MOST && first !== undefined) this.#items.delete(first);
    this.#items.set(nameOf(item), item);
  }

  forget(key: Key): void {
    this.#items.delete(nameOf(key));
  }
}

/** No two keys have the same: a sort key may hold anything, but where it begins is told. */
const nameOf = ({ pk, sk }: Key) => `${pk.length} ${pk}${sk}`;
