import type { DatabaseSchema } from './introspection.ts';

export interface Pace {
  now(): number;
  wait(milliseconds: number): Promise<unknown>;
}

/** Requests for what does not exist make the schema be read; however many come, the database has this long between. */
const SPACING_MS = 100;

/** What REST knows of the database, read once and again when told, or when a request suggests, that it changed. */
export class SchemaCache {
  readonly #read: () => Promise<DatabaseSchema>;
  readonly #pace: Pace;
  #current: Promise<DatabaseSchema> | undefined;
  #next: Promise<DatabaseSchema> | undefined;
  #earliest = 0;

  constructor(read: () => Promise<DatabaseSchema>, pace: Pace) {
    this.#read = read;
    this.#pace = pace;
  }

  get(): Promise<DatabaseSchema> {
    return this.#current ?? this.reload();
  }

  /** Requests that ask while a reading waits to begin share it; one that is under way may already be too old. */
  reload(): Promise<DatabaseSchema> {
    this.#next ??= this.#readAfter(this.#current);
    return this.#next;
  }

  async #readAfter(previous: Promise<DatabaseSchema> | undefined): Promise<DatabaseSchema> {
    // The outcome of the reading before this one is the business of those who asked for it.
    await previous?.catch(() => undefined);
    const tooEarly = this.#earliest - this.#pace.now();
    if (tooEarly > 0) await this.#pace.wait(tooEarly);
    this.#next = undefined;
    this.#earliest = this.#pace.now() + SPACING_MS;
    // A failed reading must not be what every later request gets.
    this.#current = this.#read().catch((error: unknown) => {
      this.#current = undefined;
      throw error;
    });
    return this.#current;
  }

  /** Whether the database is no longer as it was known when the request began. */
  async changedSince(known: DatabaseSchema): Promise<boolean> {
    const now = await this.reload();
    return now.fingerprint !== known.fingerprint;
  }
}
