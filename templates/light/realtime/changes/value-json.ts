import type { Form } from './column-types.ts';

/** A number that JSON can say; Postgres has others, NaN and infinities, which are texts there. */
const NUMBER = /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/;

/** The JSON text of a value as to_jsonb has it, from the value's own text. */
export function jsonOf(text: string | null, form: Form): string {
  if (text === null) return 'null';
  switch (form) {
    case 'boolean':
      return text === 't' || text === 'true' ? 'true' : 'false';
    case 'number':
      return NUMBER.test(text) ? text : JSON.stringify(text);
    case 'json':
      return text;
    case 'moment':
      return JSON.stringify(momentOf(text));
    case 'text':
      return JSON.stringify(text);
    default:
      return 'elements' in form ? arrayOf(text, form) : objectOf(text, form.fields);
  }
}

/** `2026-01-31 12:00:00.5+00` is `2026-01-31T12:00:00.5+00:00` in JSON. */
function momentOf(text: string): string {
  return text.replace(
    /^([\d-]+) ([\d:.]+)([+-]\d\d)?(:\d\d)?/,
    (_all, day: string, time: string, hours = '', rest = '') =>
      `${day}T${time}${hours}${hours === '' ? '' : rest === '' ? ':00' : rest}`,
  );
}

/** `{1,2}`, `{{a,"b c"},{NULL,d}}`, `[0:1]={1,2}` */
function arrayOf(text: string, form: { readonly elements: Form; readonly delimiter: string }): string {
  const scan = new Scanner(text, text.indexOf('{'));
  const read = (): string => {
    const items: string[] = [];
    for (scan.skip(); !scan.takes('}'); scan.takes(form.delimiter)) {
      if (scan.sees('{')) items.push(read());
      else {
        const { value, isQuoted } = scan.value(`${form.delimiter}}`);
        items.push(jsonOf(!isQuoted && value.toUpperCase() === 'NULL' ? null : value, form.elements));
      }
    }
    return `[${items.join()}]`;
  };
  return read();
}

/** `(1,"a b",)`: a field without text is null. */
function objectOf(text: string, fields: readonly (readonly [string, Form])[]): string {
  const scan = new Scanner(text, 0);
  scan.skip();
  const members = fields.map(([name, form]) => {
    const { value, isQuoted } = scan.value(',)');
    scan.skip();
    return `${JSON.stringify(name)}:${jsonOf(value === '' && !isQuoted ? null : value, form)}`;
  });
  return `{${members.join()}}`;
}

class Scanner {
  readonly #text: string;
  #at: number;

  constructor(text: string, at: number) {
    this.#text = text;
    this.#at = at;
  }

  sees(letter: string): boolean {
    return this.#text[this.#at] === letter;
  }

  takes(letter: string): boolean {
    if (!this.sees(letter)) return this.#at >= this.#text.length;
    this.#at += 1;
    return true;
  }

  skip(): void {
    this.#at += 1;
  }

  /** Up to one of the letters; within quotes they have no meaning, and a quote is doubled or after a backslash. */
  value(ends: string): { value: string; isQuoted: boolean } {
    let value = '';
    let isQuoted = false;
    let isInside = false;
    for (; this.#at < this.#text.length; this.#at += 1) {
      const letter = this.#text[this.#at] ?? '';
      if (!isInside && ends.includes(letter)) break;
      if (letter === '\\') {
        this.#at += 1;
        value += this.#text[this.#at] ?? '';
      } else if (letter !== '"') value += letter;
      else if (isInside && this.#text[this.#at + 1] === '"') {
        this.#at += 1;
        value += '"';
      } else {
        isInside = !isInside;
        isQuoted = true;
      }
    }
    return { value, isQuoted };
  }
}
