import type { Message } from '../messaging/rows.ts';

/** Lays messages into a list by their ids, each once; what is there already stays the same object. */
export function withMessages(list: readonly Message[], more: readonly Message[]): readonly Message[] {
  const known = new Map(list.map((message) => [message.id, message]));
  const before = known.size;
  let replaced = false;
  for (const message of more) {
    const old = known.get(message.id);
    if (old !== undefined && old.body === message.body && old.type === message.type) continue;
    replaced ||= old !== undefined;
    known.set(message.id, message);
  }
  if (known.size === before && !replaced) return list;
  return [...known.values()].toSorted((a, b) => a.id - b.id);
}

export function withoutMessage(list: readonly Message[], id: number): readonly Message[] {
  return list.some((message) => message.id === id) ? list.filter((message) => message.id !== id) : list;
}
