import { fail, type Outcome, succeed } from '../failures.ts';

/** Printable ASCII, since it becomes a header of every download. */
const HEADER_VALUE = /^[\x20-\x7e]{1,255}$/;
const ALLOWED_TYPE = /^(\*|[\w\-+.]+)\/(\*|[\w\-+.]+)(;\s*charset=[\w-]+)?$/;

export function isHeaderValue(text: string): boolean {
  return HEADER_VALUE.test(text);
}

/** What a bucket may list: types, `type/*`, and those with a charset. */
export function checkAllowedTypes(types: readonly string[]): Outcome<readonly string[]> {
  const wrong = types.find((type) => type.length > 255 || !ALLOWED_TYPE.test(type));
  return wrong === undefined ? succeed(types) : unsupported(wrong);
}

/** Parameters such as a charset do not count, neither in the file's type nor in the list. */
export function checkMimeType(mimeType: string, allowed: readonly string[] | null): Outcome<string> {
  const [type = '', subtype] = essenceOf(mimeType).split('/');
  if (!isHeaderValue(mimeType)) return unsupported(mimeType);
  if (allowed === null || allowed.length === 0) return succeed(mimeType);
  const found = allowed.some((candidate) => {
    const [allowedType, allowedSubtype] = essenceOf(candidate).split('/');
    const sameType = allowedType === type || allowedType === '*';
    return sameType && subtype !== undefined && (allowedSubtype === subtype || allowedSubtype === '*');
  });
  return found ? succeed(mimeType) : unsupported(mimeType);
}

function essenceOf(mimeType: string): string {
  return (mimeType.split(';')[0] ?? '').trim().toLowerCase();
}

function unsupported(mimeType: string): Outcome<never> {
  return fail('InvalidMimeType', `mime type ${mimeType.slice(0, 255)} is not supported`);
}
