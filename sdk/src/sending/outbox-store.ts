import type { Entry } from './outbox.ts';

/** Where entries wait. Written whole on every change; there are few of them. */
export interface OutboxStore<Body> {
  load(): readonly Entry<Body>[];
  save(entries: readonly Entry<Body>[]): void;
}

/** Lasts as long as the page. */
export function inMemory<Body>(): OutboxStore<Body> {
  let kept: readonly Entry<Body>[] = [];
  return {
    load: () => kept,
    save: (entries) => {
      kept = entries;
    },
  };
}

/**
 * Lasts beyond a reload, in `localStorage` or anything like it. `read` tells a body that is still understood from one
 * of another version, which is dropped. A storage that is full or forbidden costs only the lasting.
 */
export function inStorage<Body>(
  storage: Pick<Storage, 'getItem' | 'setItem'>,
  name: string,
  read: (body: unknown) => Body | undefined,
): OutboxStore<Body> {
  return {
    load() {
      const text = quietly(() => storage.getItem(name)) ?? '[]';
      const parsed: unknown = quietly(() => JSON.parse(text));
      return Array.isArray(parsed) ? parsed.flatMap((item) => entryOf(item, read)) : [];
    },
    save(entries) {
      quietly(() => storage.setItem(name, JSON.stringify(entries)));
    },
  };
}

function entryOf<Body>(item: unknown, read: (body: unknown) => Body | undefined): readonly Entry<Body>[] {
  if (typeof item !== 'object' || item === null || !('key' in item) || !('body' in item)) return [];
  const body = read(item.body);
  return typeof item.key === 'string' && body !== undefined ? [{ key: item.key, body }] : [];
}

function quietly<Value>(run: () => Value): Value | undefined {
  try {
    return run();
  } catch {
    return undefined;
  }
}
