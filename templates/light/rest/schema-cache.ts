import type { IntrospectResult } from '@supabase/lite';

export type ReadSchema = () => Promise<IntrospectResult>;

/** What REST knows of the database's tables and functions, read once and again when told that it changed. */
export class SchemaCache {
  readonly #read: ReadSchema;
  #current: Promise<IntrospectResult> | undefined;

  constructor(read: ReadSchema) {
    this.#read = read;
  }

  get(): Promise<IntrospectResult> {
    return this.#current ?? this.reload();
  }

  reload(): Promise<IntrospectResult> {
    const reading = this.#read();
    this.#current = reading;
    // A failed reading must not be what every later request gets.
    reading.catch(() => {
      if (this.#current === reading) this.#current = undefined;
    });
    return reading;
  }
}
