import { type CryptoKey, decodeProtectedHeader, errors, type JWTPayload, jwtVerify } from 'jose';
import type { SigningKeys } from '../auth/sessions/signing-keys.ts';
import { type ForeignIssuer, verifyForeign } from './foreign-issuers.ts';
import { VerifiedTokens } from './verified-tokens.ts';

export interface TokenRules {
  readonly jwtSecret: string;
  /** What the secret has signed is taken no longer. */
  readonly jwtSecretRevoked: boolean;
  readonly projectRef: string;
  readonly signingKeys: SigningKeys;
  readonly foreignIssuers: readonly ForeignIssuer[];
}

export type TokenFailure = 'malformed' | 'signature' | 'expired' | 'not-yet-valid' | 'foreign' | 'claims';
/** `foreign`: another issuer than the project's own Auth has signed it. */
export type TokenResult =
  | { ok: true; claims: JWTPayload; foreign?: true }
  | { ok: false; failure: TokenFailure };

/** What was made of one set of rules, which nothing changes: its HS256 key, and the tokens found good by it. */
interface Memory {
  secret?: Promise<CryptoKey>;
  readonly verified: VerifiedTokens;
  /** Which of the claims are of another issuer's. */
  readonly foreign: WeakMap<JWTPayload, { foreign: true }>;
}

const memories = new WeakMap<TokenRules, Memory>();

/**
 * Verifies a bearer token: by the signing key that it names or else HS256 with the project's secret, each with its
 * own algorithm alone, in its time, not issued for another project; or by a key of an issuer that the owner trusts.
 */
export async function verifyToken(token: string, rules: TokenRules): Promise<TokenResult> {
  const memory = memoryOf(rules);
  const known = memory.verified.get(token);
  if (known !== undefined)
    return isOver(known)
      ? { ok: false, failure: 'expired' }
      : { ok: true, claims: known, ...memory.foreign.get(known) };
  try {
    const { alg, kid } = decodeProtectedHeader(token);
    const named = kid === undefined ? undefined : rules.signingKeys.verify.get(kid);
    if (named === undefined && alg !== 'HS256' && rules.foreignIssuers.length > 0)
      return await ofForeigner(token, rules, memory);
    if (named === undefined && rules.jwtSecretRevoked) return { ok: false, failure: 'signature' };
    const key = named?.key ?? (await (memory.secret ??= importSecret(rules.jwtSecret)));
    const { payload } = await jwtVerify(token, key, { algorithms: [named?.alg ?? 'HS256'] });
    const { ref, role } = payload;
    if (ref !== undefined && ref !== rules.projectRef) return { ok: false, failure: 'foreign' };
    if (role !== undefined && typeof role !== 'string') return { ok: false, failure: 'claims' };
    memory.verified.add(token, Object.freeze(payload));
    return { ok: true, claims: payload };
  } catch (error) {
    return { ok: false, failure: nameFailure(error) };
  }
}

async function ofForeigner(token: string, rules: TokenRules, memory: Memory): Promise<TokenResult> {
  const claims = await verifyForeign(token, rules.foreignIssuers);
  if (claims === undefined) return { ok: false, failure: 'signature' };
  const { role } = claims;
  if ((role !== undefined && typeof role !== 'string') || role === 'service_role')
    return { ok: false, failure: 'claims' };
  const frozen = Object.freeze(claims);
  memory.foreign.set(frozen, { foreign: true });
  memory.verified.add(token, frozen);
  return { ok: true, claims: frozen, foreign: true };
}

function memoryOf(rules: TokenRules): Memory {
  const known = memories.get(rules);
  if (known !== undefined) return known;
  const memory: Memory = { verified: new VerifiedTokens(), foreign: new WeakMap() };
  memories.set(rules, memory);
  return memory;
}

function importSecret(secret: string): Promise<CryptoKey> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  return crypto.subtle.importKey('raw', new TextEncoder().encode(secret), algorithm, false, ['verify']);
}

/** By jose's own rule, in whole seconds. */
function isOver({ exp }: JWTPayload): boolean {
  return exp !== undefined && exp <= Math.floor(Date.now() / 1000);
}

function nameFailure(error: unknown): TokenFailure {
  if (error instanceof errors.JWTExpired) return 'expired';
  if (error instanceof errors.JWTClaimValidationFailed)
    return error.claim === 'nbf' ? 'not-yet-valid' : 'claims';
  // What has no header that can be read is no token at all.
  if (error instanceof TypeError) return 'malformed';
  if (error instanceof errors.JWSInvalid || error instanceof errors.JWTInvalid) return 'malformed';
  return 'signature';
}

/** What is said by a token that the project itself has signed and that stands for an API key. */
export async function verifyApiKeyToken(token: string, rules: TokenRules): Promise<JWTPayload | undefined> {
  const result = await verifyToken(token, rules);
  if (!result.ok || result.foreign !== undefined) return undefined;
  const { claims } = result;
  return isApiKey(claims, rules) || isTemporaryKey(claims, rules) ? claims : undefined;
}

/** A legacy API key is a JWT that only Baseplane or Supabase makes: issuer `supabase`, this project's ref. */
export function isApiKey({ iss, ref, role }: JWTPayload, { projectRef }: TokenRules): boolean {
  return iss === 'supabase' && ref === projectRef && (role === 'anon' || role === 'service_role');
}

/** No temporary key is taken that is good for longer. */
const MOST_SECONDS = 3600;

/** What the control plane makes for itself and for the dashboard, in place of the keys that an owner can disable. */
export function isTemporaryKey(
  { iss, ref, role, iat, exp }: JWTPayload,
  { projectRef }: TokenRules,
): boolean {
  if (iss !== 'baseplane' || ref !== projectRef || role !== 'service_role') return false;
  return iat !== undefined && exp !== undefined && exp - iat <= MOST_SECONDS;
}
