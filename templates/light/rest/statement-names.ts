/** As long as a connection lives: what it has prepared it keeps until then. */
export const PREPARED_FOR_MS = 30 * 60 * 1000;

/** About 10 kB each in every backend, and a client can make up as many texts as it likes. */
const MOST_PREPARED = 200;
const MOST_SEEN = 1000;
const LONGEST_PREPARED = 8192;

/** Names for statements worth preparing: those that come a second time, up to a number that backends can hold. */
export class StatementNames {
  readonly #now: () => number;
  readonly #names = new Map<string, string>();
  readonly #seen = new Set<string>();
  #began: number;
  #scope = '';
  #issued = 0;

  constructor(now: () => number) {
    this.#now = now;
    this.#began = now();
  }

  /** `scope` is all that a text's meaning depends on: a statement keeps the types that it was prepared with. */
  nameOf(text: string, scope: string): string | undefined {
    if (scope !== this.#scope || this.#now() - this.#began > PREPARED_FOR_MS) this.#restart(scope);
    const known = this.#names.get(text);
    if (known !== undefined) return known;
    if (text.length > LONGEST_PREPARED || this.#names.size === MOST_PREPARED) return undefined;
    if (!this.#seen.delete(text)) {
      if (this.#seen.size === MOST_SEEN) this.#seen.clear();
      this.#seen.add(text);
      return undefined;
    }
    const name = `light${++this.#issued}`;
    this.#names.set(text, name);
    return name;
  }

  #restart(scope: string): void {
    this.#scope = scope;
    this.#began = this.#now();
    this.#names.clear();
    this.#seen.clear();
  }
}
