import { createHash, randomInt } from 'node:crypto';

const DIGITS = 6;

export function randomCode(): string {
  return String(randomInt(10 ** DIGITS)).padStart(DIGITS, '0');
}

/** What the tables hold of a code that was mailed: the form in which lite looks it up. */
export function hashCode(email: string, code: string): string {
  return createHash('sha256')
    .update(email.toLowerCase() + code)
    .digest('hex');
}
