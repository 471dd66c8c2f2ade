import { WireValue } from './wire-value.ts';

declare global {
  interface JSON {
    rawJSON(text: string): object;
  }
}

/** Enough digits in a row to be more than a double holds, with or without a point among them. */
const LONG_NUMBER = /\d[\d.]{15}/;

/** How many decimal digits a double always holds. */
const DOUBLE_DIGITS = 15;

/** A JSON number that a double cannot hold, kept as it was written. */
class ExactNumber extends WireValue {
  toJSON(): object {
    return JSON.rawJSON(this.toString());
  }
}

export function hasLongNumber(text: string): boolean {
  return LONG_NUMBER.test(text);
}

/** Reads JSON so that writing it again changes no number: identifiers of 64 bits and long decimals stay exact. */
export function parseExactly(text: string): ReturnType<typeof JSON.parse> {
  // Nearly always: a reviver makes reading several times slower.
  if (!hasLongNumber(text)) return JSON.parse(text);
  return JSON.parse(text, (_key, value: unknown, context?: { source?: string }) => {
    const source = context?.source;
    return typeof value === 'number' && source !== undefined && !holds(value, source)
      ? new ExactNumber(source)
      : value;
  });
}

function holds(value: number, source: string): boolean {
  if (Number.isSafeInteger(value)) return true;
  const digits = source.replace(/e.*$/i, '').replaceAll(/[-.]/g, '').replace(/^0+/, '').replace(/0+$/, '');
  return digits.length <= DOUBLE_DIGITS;
}
