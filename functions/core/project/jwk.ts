import { type JsonWebKey, createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import { type DomainError, fail } from '../kernel/errors.ts';
import { type Result, ok } from '../kernel/result.ts';
import { type PrivateJwk, type SigningAlgorithm, privateJwkSchema } from './signing-key.ts';

/** What a key of each algorithm is made of (RFC 7518 and 8037), the public members first. */
const MEMBERS = {
  ES256: { kty: 'EC', open: ['crv', 'x', 'y'], secret: ['d'] },
  RS256: { kty: 'RSA', open: ['n', 'e'], secret: ['d', 'p', 'q', 'dp', 'dq', 'qi'] },
  EdDSA: { kty: 'OKP', open: ['crv', 'x'], secret: ['d'] },
  HS256: { kty: 'oct', open: [], secret: ['k'] },
} as const satisfies Record<SigningAlgorithm, unknown>;

/** RFC 7518, section 3.3. */
const LEAST_RSA_BITS = 2048;

const refused = (what: string) =>
  fail('validation_failed', `body.private_jwk: ${what}`, { field: 'body.private_jwk' });

/** The material of a key that somebody brings along, with the id that it names; refused unless it can sign. */
export function importKey(
  given: Readonly<Record<string, unknown>>,
  algorithm: SigningAlgorithm,
): Result<{ readonly id?: string; readonly jwk: PrivateJwk }, DomainError> {
  const { kty, open, secret } = MEMBERS[algorithm];
  if (given['kty'] !== kty) return refused(`a key for ${algorithm} has the kty ${kty}`);
  const jwk = privateJwkSchema.parse(
    Object.fromEntries(['kty', ...open, ...secret].map((name) => [name, given[name]])),
  );
  if (kty !== 'oct') {
    const material = Object.fromEntries(['kty', ...open].map((name) => [name, jwk[name]]));
    if (!isOneKey(jwk, material)) return refused('its parts do not make one key');
    if (kty === 'RSA' && Buffer.from(jwk['n'] ?? '', 'base64url').length * 8 < LEAST_RSA_BITS)
      return refused(`a key for ${algorithm} has at least ${LEAST_RSA_BITS} bits`);
  }
  const { kid } = given;
  return ok(typeof kid === 'string' ? { id: kid, jwk } : { jwk });
}

/** Whether what the private half signs holds by the public one. OpenSSL takes halves of two keys for one. */
function isOneKey(jwk: PrivateJwk, open: JsonWebKey): boolean {
  const text = Buffer.from('one key');
  const digest = jwk.kty === 'OKP' ? null : 'sha256';
  try {
    const signature = sign(digest, text, createPrivateKey({ key: jwk, format: 'jwk' }));
    return verify(digest, text, createPublicKey({ key: open, format: 'jwk' }), signature);
  } catch {
    // OpenSSL's own words may quote the key.
    return false;
  }
}

/** A key as anybody may see it; null for one that is secret as a whole. */
export function publicJwk(
  id: string,
  algorithm: SigningAlgorithm,
  jwk: PrivateJwk | undefined,
): Readonly<Record<string, unknown>> | null {
  if (jwk === undefined || jwk.kty === 'oct') return null;
  const material = Object.fromEntries(MEMBERS[algorithm].open.map((name) => [name, jwk[name]]));
  return { kty: jwk.kty, ...material, alg: algorithm, kid: id, use: 'sig', key_ops: ['verify'], ext: true };
}
