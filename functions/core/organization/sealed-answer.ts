import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto';
import type { Random } from '../kernel/random.port.ts';

const IV_BYTES = 12;
const TAG_BYTES = 16;

/** Of what the caller has and the table has not: the access token itself. */
function keyOf(bearer: string, salt: string): Buffer {
  return Buffer.from(hkdfSync('sha256', bearer, salt, 'baseplane idempotent answer', 32));
}

/** AES-256-GCM, in base64. */
export function seal(text: string, bearer: string, salt: string, random: Random): string {
  const iv = random.bytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', keyOf(bearer, salt), iv);
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64');
}

/** Undefined: it was sealed with another token. */
export function unseal(sealed: string, bearer: string, salt: string): string | undefined {
  const bytes = Buffer.from(sealed, 'base64');
  const decipher = createDecipheriv('aes-256-gcm', keyOf(bearer, salt), bytes.subarray(0, IV_BYTES));
  decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
  const text = decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES), undefined, 'utf8');
  try {
    return text + decipher.final('utf8');
  } catch {
    return undefined;
  }
}
