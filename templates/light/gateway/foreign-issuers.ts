import {
  createLocalJWKSet,
  createRemoteJWKSet,
  customFetch,
  decodeJwt,
  errors,
  type JWTPayload,
  type JWTVerifyGetKey,
  jwtVerify,
} from 'jose';
import { z } from 'zod';
import type { SettingReader } from '../settings/reader.ts';

const TIMEOUT_MS = 10_000;
/** How long what an issuer says about itself is believed. */
const DISCOVERY_MS = 3_600_000;

/** A shared secret would have to be known here and there, and whoever verifies could sign. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];

const Jwks = z.object({ keys: z.array(z.looseObject({ kty: z.string() })) });
const Setting = z.array(
  z.union([
    z.strictObject({ issuer: z.url() }),
    z.strictObject({ jwks_url: z.url() }),
    z.strictObject({ jwks: Jwks }),
  ]),
);
const Discovery = z.looseObject({ issuer: z.string(), jwks_uri: z.url() });

/** Somebody else whose tokens are taken as if they were of the project's own Auth. */
export interface ForeignIssuer {
  /** What its tokens say that they are of; absent: that is not looked at. */
  readonly issuer?: string;
  readonly keys: JWTVerifyGetKey;
}

export function readForeignIssuers(settings: SettingReader): readonly ForeignIssuer[] {
  const parsed = Setting.safeParse(settings.json('THIRD_PARTY_AUTH') ?? []);
  if (!parsed.success) {
    settings.refuse('THIRD_PARTY_AUTH', 'must be a JSON list, each of an issuer, a jwks_url or a jwks.');
    return [];
  }
  return parsed.data.map((each) => {
    if ('issuer' in each) return { issuer: withoutSlash(each.issuer), keys: keysOf(each.issuer) };
    return { keys: 'jwks' in each ? createLocalJWKSet(each.jwks) : remote(each.jwks_url) };
  });
}

/**
 * The claims of a token that one of these issuers has signed, or why none has. Only what has an end is taken, and
 * nothing that would be above row-level security: who the service is, the project alone decides.
 */
export async function verifyForeign(
  token: string,
  issuers: readonly ForeignIssuer[],
): Promise<JWTPayload | undefined> {
  const { iss } = decodeJwt(token);
  for (const { issuer, keys } of issuers) {
    if (issuer !== undefined && withoutSlash(iss ?? '') !== issuer) continue;
    try {
      const rules = { algorithms: ALGORITHMS, requiredClaims: ['exp', 'sub'] };
      return (await jwtVerify(token, keys, rules)).payload;
    } catch (error) {
      // It is signed by this one: what is wrong with it is wrong for all.
      if (error instanceof errors.JWTExpired || error instanceof errors.JWTClaimValidationFailed) throw error;
    }
  }
  return undefined;
}

const withoutSlash = (url: string) => url.replace(/\/$/, '');

const remote = (url: string): JWTVerifyGetKey =>
  createRemoteJWKSet(new URL(url), {
    timeoutDuration: TIMEOUT_MS,
    [customFetch]: (target, options) => fetch(target, { ...options, redirect: 'error' }),
  });

/** The keys that an issuer names in its own description, which is asked for with the first of its tokens. */
function keysOf(issuer: string): JWTVerifyGetKey {
  let known: { readonly keys: Promise<JWTVerifyGetKey>; readonly until: number } | undefined;
  return async (header, token) => {
    if (known === undefined || known.until <= Date.now()) {
      const keys = discover(issuer);
      known = { keys, until: Date.now() + DISCOVERY_MS };
      // What has failed is not believed for an hour.
      keys.catch(() => (known = undefined));
    }
    return (await known.keys)(header, token);
  };
}

async function discover(issuer: string): Promise<JWTVerifyGetKey> {
  const response = await fetch(`${withoutSlash(issuer)}/.well-known/openid-configuration`, {
    redirect: 'error',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  const found = Discovery.parse(await response.json());
  if (withoutSlash(found.issuer) !== withoutSlash(issuer))
    throw new Error('The issuer says that it is another one.');
  return remote(found.jwks_uri);
}
