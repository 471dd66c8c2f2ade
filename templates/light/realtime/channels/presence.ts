import { randomBytes } from 'node:crypto';

/** What somebody says of themselves, with the reference that tells it from what they said before. */
type Meta = Readonly<Record<string, unknown>> & { readonly phx_ref: string };

/** One who is present. `node`: the process whose client they are; empty for this one. */
export interface Present {
  readonly key: string;
  readonly node: string;
  readonly meta: Meta;
}

export type Metas = Readonly<Record<string, { readonly metas: readonly Meta[] }>>;

export interface PresenceDiff {
  readonly joins: readonly Present[];
  readonly leaves: readonly Present[];
}

/** A reference as Phoenix makes them: unlike any other, for as long as anybody remembers it. */
export function presenceRef(): string {
  return randomBytes(12).toString('base64url');
}

/** Who is present in a topic, by reference. */
export class Presence {
  readonly #present = new Map<string, Present>();

  get size(): number {
    return this.#present.size;
  }

  /** Applies a change and tells what of it was news. */
  apply({ joins, leaves }: PresenceDiff): PresenceDiff {
    const gone = leaves.filter(({ meta }) => this.#present.delete(meta.phx_ref));
    const come = joins.filter(({ meta }) => !this.#present.has(meta.phx_ref));
    for (const present of come) this.#present.set(present.meta.phx_ref, present);
    return { joins: come, leaves: gone };
  }

  of(node: string): readonly Present[] {
    return [...this.#present.values()].filter((present) => present.node === node);
  }

  state(): Metas {
    return byKey(this.#present.values());
  }
}

export function isNothing({ joins, leaves }: PresenceDiff): boolean {
  return joins.length + leaves.length === 0;
}

export function diffJson({ joins, leaves }: PresenceDiff): string {
  return JSON.stringify({ joins: byKey(joins), leaves: byKey(leaves) });
}

function byKey(all: Iterable<Present>): Metas {
  const groups = new Map<string, Meta[]>();
  for (const { key, meta } of all) {
    const metas = groups.get(key);
    if (metas === undefined) groups.set(key, [meta]);
    else metas.push(meta);
  }
  // A key may be called __proto__.
  return Object.fromEntries([...groups].map(([key, metas]) => [key, { metas }]));
}
