/** A value as Postgres is to read it. An object, because lite converts strings by rules of its own. */
export class WireValue {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  toString(): string {
    return this.#text;
  }

  /** What pg asks an object for. */
  toPostgres(): string {
    return this.#text;
  }
}
