import type { DatabaseSchema } from './introspection.ts';

/** What REST knows of the database, read once and again when told, or when a request suggests, that it changed. */
export class SchemaCache {
  readonly #read: () => Promise<DatabaseSchema>;
  #current: Promise<DatabaseSchema> | undefined;
  #next: Promise<DatabaseSchema> | undefined;

  constructor(read: () => Promise<DatabaseSchema>) {
    this.#read = read;
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
    const reading = this.#read();
    this.#next = undefined;
    // A failed reading must not be what every later request gets.
    this.#current = reading.catch((error: unknown) => {
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
