import { z } from 'zod';

/**
 * Reads settings out of an untyped source and collects what is wrong with them, so that all problems are
 * reported at once. A value is never quoted in a problem: most settings are secrets.
 */
export class SettingReader {
  readonly problems: string[] = [];
  readonly #source: Readonly<Record<string, unknown>>;

  constructor(source: Readonly<Record<string, unknown>>) {
    this.#source = source;
  }

  optionalText(name: string): string | undefined {
    const raw = this.#source[name];
    if (raw === undefined || raw === null || raw === '') return undefined;
    if (typeof raw === 'string') return raw;
    if (typeof raw === 'number' || typeof raw === 'boolean') return String(raw);
    return this.#refuse(name, 'must be text.', undefined);
  }

  text(name: string, fallback?: string): string {
    return this.optionalText(name) ?? fallback ?? this.#refuse(name, 'is missing.', '');
  }

  secret(name: string, minimumLength: number): string {
    const value = this.text(name);
    if (value === '' || value.length >= minimumLength) return value;
    return this.#refuse(name, `must have at least ${minimumLength} characters.`, value);
  }

  url(name: string, fallback?: string): string {
    const value = this.text(name, fallback);
    if (value === '') return value;
    const parsed = URL.parse(value);
    if (parsed !== null && /^https?:$/.test(parsed.protocol)) return value.replace(/\/+$/, '');
    return this.#refuse(name, 'must be an absolute http or https URL.', value);
  }

  integer(name: string, fallback: number, range: { min: number; max: number }): number {
    const value = Number(this.optionalText(name) ?? fallback);
    if (Number.isInteger(value) && value >= range.min && value <= range.max) return value;
    return this.#refuse(name, `must be a whole number from ${range.min} to ${range.max}.`, fallback);
  }

  flag(name: string, fallback: boolean): boolean {
    const value = this.optionalText(name) ?? String(fallback);
    if (value === 'true' || value === 'false') return value === 'true';
    return this.#refuse(name, 'must be true or false.', fallback);
  }

  list(name: string, fallback: readonly string[]): readonly string[] {
    const value = this.optionalText(name);
    if (value === undefined) return fallback;
    return value
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== '');
  }

  /** Values by name: a JSON object of texts, or a list, the first of which is the default. */
  named(name: string): Readonly<Record<string, string>> {
    if (!/^\s*\{/.test(this.optionalText(name) ?? '')) {
      const values = this.list(name, []).map((value, at) => [at === 0 ? 'default' : `key_${at + 1}`, value]);
      return Object.fromEntries(values);
    }
    const parsed = z.record(z.string(), z.string()).safeParse(this.json(name));
    return parsed.success ? parsed.data : this.#refuse(name, 'must be a JSON object of texts.', {});
  }

  /** Any JSON, as it is or as its text; null where the text is none. */
  json(name: string): unknown {
    const raw = this.#source[name];
    if (raw === undefined || raw === null || raw === '') return undefined;
    return typeof raw === 'string' ? (parseJson(raw) ?? null) : raw;
  }

  choices<const Name extends string>(
    name: string,
    known: readonly Name[],
    fallback: readonly Name[],
  ): ReadonlySet<Name> {
    const listed = this.list(name, fallback);
    if (listed.some((item) => known.every((choice) => choice !== item)))
      return this.#refuse(name, `may list only ${known.join(', ')}.`, new Set(fallback));
    return new Set(known.filter((choice) => listed.includes(choice)));
  }

  #refuse<Value>(name: string, problem: string, fallback: Value): Value {
    this.problems.push(`${name} ${problem}`);
    return fallback;
  }

  refuse(name: string, problem: string): void {
    this.#refuse(name, problem, undefined);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
