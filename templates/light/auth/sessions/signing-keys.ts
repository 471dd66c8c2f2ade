import { calculateJwkThumbprint, type CryptoKey, importJWK, type JWK, type JWTPayload, SignJWT } from 'jose';
import { z } from 'zod';

const Key = z.looseObject({
  kty: z.enum(['EC', 'RSA', 'OKP', 'oct']),
  alg: z.enum(['ES256', 'RS256', 'EdDSA', 'HS256']).optional(),
  crv: z.string().optional(),
  kid: z.string().optional(),
  key_ops: z.array(z.string()).optional(),
  d: z.string().optional(),
  k: z.string().optional(),
});
const Keys = z.union([z.array(Key), z.object({ keys: z.array(Key) }).transform(({ keys }) => keys)]);

/** All that a public key consists of (RFC 7518); whatever else is given stays here. */
const PUBLIC = ['kty', 'crv', 'x', 'y', 'n', 'e'] as const;

type Algorithm = 'ES256' | 'RS256' | 'EdDSA' | 'HS256';
type VerifyKey = { readonly kid: string; readonly alg: Algorithm; readonly key: CryptoKey | Uint8Array };

/** What tokens are signed and verified with, beside the project's HS256 secret. */
export interface SigningKeys {
  /** Undefined: the secret signs. */
  readonly current: VerifyKey | undefined;
  /** By the key's name in the token's header. */
  readonly verify: ReadonlyMap<string, VerifyKey>;
  /** The public halves, as clients fetch them. */
  readonly published: readonly JWK[];
}

export const NO_SIGNING_KEYS: SigningKeys = { current: undefined, verify: new Map(), published: [] };

/**
 * Reads a set of keys: the one that may `sign` signs, the others verify what they signed before a rotation. Undefined
 * if it is none, or has several to sign with, or none of several.
 */
export async function readSigningKeys(source: unknown): Promise<SigningKeys | undefined> {
  const parsed = Keys.safeParse(source);
  if (!parsed.success) return undefined;
  try {
    const read = await Promise.all(parsed.data.map(readKey));
    const signing = read.filter(({ signs }) => signs);
    if (signing.length !== Math.min(read.length, 1)) return undefined;
    return {
      current: signing[0]?.sign,
      verify: new Map(read.map(({ verify }) => [verify.kid, verify])),
      published: read.flatMap(({ published }) => (published === undefined ? [] : [published])),
    };
  } catch {
    // jose's own words may quote the key.
    return undefined;
  }
}

export async function signToken(claims: JWTPayload, keys: SigningKeys, secret: string): Promise<string> {
  const { current } = keys;
  const header =
    current === undefined ? { alg: 'HS256', typ: 'JWT' } : { alg: current.alg, kid: current.kid, typ: 'JWT' };
  return new SignJWT(claims)
    .setProtectedHeader(header)
    .sign(current?.key ?? new TextEncoder().encode(secret));
}

async function readKey(given: z.infer<typeof Key>) {
  const alg = given.alg ?? defaultAlgorithm(given.kty, given.crv);
  const material: JWK = JSON.parse(JSON.stringify({ ...given, alg }));
  const kid = given.kid ?? (await calculateJwkThumbprint(material));
  const isSecret = given.kty === 'oct';
  const isPrivate = isSecret || given.d !== undefined;
  const signs = isPrivate && (given.key_ops === undefined || given.key_ops.includes('sign'));
  // Which operations a key is for is said above; the library would refuse one that is for both.
  const { key_ops: _operations, use: _use, ext: _ext, ...bare } = material;
  const published: JWK = Object.fromEntries(
    PUBLIC.flatMap((name) => (name in bare ? [[name, bare[name]]] : [])),
  );
  const verify = { kid, alg, key: await importJWK(isSecret ? bare : published, alg) };
  return {
    signs,
    sign: isSecret || !isPrivate ? verify : { kid, alg, key: await importJWK(bare, alg) },
    verify,
    published: isSecret ? undefined : { ...published, alg, kid, use: 'sig', key_ops: ['verify'] },
  };
}

function defaultAlgorithm(kty: string, crv: string | undefined): Algorithm {
  if (kty === 'oct') return 'HS256';
  if (kty === 'RSA') return 'RS256';
  return crv === 'P-256' ? 'ES256' : 'EdDSA';
}
