import {
  createLocalJWKSet,
  createRemoteJWKSet,
  errors,
  jwtVerify,
  type JWK,
  type JWTPayload,
  type JWTVerifyGetKey,
  type JWTVerifyResult,
} from 'jose';
import { z } from 'zod';
import { TransientError } from '../../core/kernel/errors.ts';
import { type Result, err, ok } from '../../core/kernel/result.ts';
import type { Identity, IdentityProvider, Refusal } from '../../core/organization/identity.port.ts';
import { readDiscovery } from './discovery.ts';

/** Signatures alone: with an HMAC whoever knows the public key could sign. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];

/** Of ID tokens (which name none, or JWT) and of access tokens (RFC 9068); a logout token is neither. */
const TYPES: readonly (string | undefined)[] = [undefined, 'jwt', 'at+jwt', 'application/at+jwt'];

/** How far the issuer's clock may be from ours. */
const LEEWAY_SECONDS = 30;

/** A key that is not known is asked for at once, but not more often than this: anybody can name unknown keys. */
const COOLDOWN_MS = 10_000;

/** A key that the issuer has withdrawn is not believed for longer. */
const KEYS_LAST_MS = 10 * 60_000;

const PATIENCE_MS = 5_000;

/** An issuer in this very process, which is not asked over HTTP. */
export interface OwnIssuer {
  /** Its public keys. */
  keys(): Promise<readonly JWK[]>;
  /** Whether a token that it signed at that second counts still. */
  standsBy(subject: string, signedAt: Date): Promise<boolean>;
}

export interface OidcOptions {
  /** As the issuer names itself, letter by letter. */
  readonly issuer: string;
  /** Whom its tokens are for. */
  readonly clientId: string;
  readonly cooldownMs?: number;
  readonly own?: OwnIssuer;
}

const claimsSchema = z.object({
  sub: z.string().min(1).max(1024),
  exp: z.number(),
  iat: z.number(),
  email: z.email().max(254).optional().catch(undefined),
  // Cognito says it as a text in some tokens.
  email_verified: z
    .union([z.boolean(), z.enum(['true', 'false'])])
    .optional()
    .catch(undefined),
});

/** Users of an OpenID Connect issuer, by the tokens that it has signed for our client. */
export class OidcIdentityProvider implements IdentityProvider {
  readonly #options: OidcOptions;
  #keys: Promise<JWTVerifyGetKey> | undefined;

  constructor(options: OidcOptions) {
    this.#options = options;
  }

  async verify(token: string): Promise<Result<Identity, Refusal>> {
    const verified = await this.#verified(token);
    if (!verified.ok) return verified;
    const { payload, protectedHeader } = verified.value;
    const claims = claimsSchema.safeParse(payload);
    if (!claims.success || !this.#isForUs(payload)) return err('invalid');
    if (!TYPES.includes(protectedHeader.typ?.toLowerCase()) || 'events' in payload) return err('invalid');
    const { sub: subject, exp, iat, email, email_verified: proof } = claims.data;
    const { own } = this.#options;
    if (own !== undefined && !(await own.standsBy(subject, new Date(iat * 1000)))) return err('expired');
    const proven = proof === true || proof === 'true';
    return ok({
      issuer: this.#options.issuer,
      subject,
      expires_at: new Date(exp * 1000),
      ...(proven && email !== undefined ? { email } : {}),
    });
  }

  /** Cognito's access tokens name the client, and no audience. */
  #isForUs({ aud, azp, client_id }: JWTPayload): boolean {
    const { clientId } = this.#options;
    if (aud === undefined) return client_id === clientId;
    const all = typeof aud === 'string' ? [aud] : aud;
    return all.includes(clientId) && (all.length === 1 || azp === clientId);
  }

  async #verified(token: string): Promise<Result<JWTVerifyResult, Refusal>> {
    const keys = await this.#keySet();
    try {
      const { issuer } = this.#options;
      const requiredClaims = ['sub', 'exp', 'iat'];
      const options = { issuer, algorithms: ALGORITHMS, clockTolerance: LEEWAY_SECONDS, requiredClaims };
      return ok(await jwtVerify(token, keys, options));
    } catch (error) {
      if (error instanceof errors.JWTExpired) return err('expired');
      if (isOutage(error)) throw unreachable(this.#options.issuer, error);
      if (error instanceof errors.JOSEError) return err('invalid');
      throw unreachable(this.#options.issuer, error);
    }
  }

  /** Where the keys are, the issuer is asked until it has answered once. */
  async #keySet(): Promise<JWTVerifyGetKey> {
    const { own } = this.#options;
    if (own !== undefined) return createLocalJWKSet({ keys: [...(await own.keys())] });
    this.#keys ??= this.#discover().catch((error: unknown) => {
      this.#keys = undefined;
      throw error;
    });
    return this.#keys;
  }

  async #discover() {
    const { issuer, cooldownMs: cooldownDuration = COOLDOWN_MS } = this.#options;
    const { jwks_uri: place } = await readDiscovery(issuer, PATIENCE_MS);
    const times = { cooldownDuration, cacheMaxAge: KEYS_LAST_MS, timeoutDuration: PATIENCE_MS };
    return createRemoteJWKSet(new URL(place), times);
  }
}

/** The bare JOSEError is what jose throws where the keys' address does not answer as it should. */
function isOutage(error: unknown): boolean {
  return (
    error instanceof errors.JWKSTimeout ||
    (error instanceof errors.JOSEError && error.code === 'ERR_JOSE_GENERIC')
  );
}

function unreachable(issuer: string, cause: unknown): TransientError {
  return new TransientError(`The keys of the issuer ${issuer} cannot be had.`, { cause });
}
