import { createHmac } from 'node:crypto';
import { createRemoteJWKSet, customFetch, decodeJwt, type JWTPayload, jwtVerify } from 'jose';
import { z } from 'zod';
import { Refusal } from '../refusal.ts';
import type { Provider } from './provider-settings.ts';

const TIMEOUT_MS = 10_000;
/** How long what a provider says about itself is believed. */
const DISCOVERY_MS = 3_600_000;

const Discovery = z.looseObject({
  issuer: z.string(),
  authorization_endpoint: z.url(),
  token_endpoint: z.url(),
  jwks_uri: z.url(),
  userinfo_endpoint: z.url().optional(),
  token_endpoint_auth_methods_supported: z.array(z.string()).default(['client_secret_basic']),
});
const Tokens = z.looseObject({
  access_token: z.string(),
  id_token: z.string(),
  refresh_token: z.string().optional(),
});
type Known = z.infer<typeof Discovery> & { keys: ReturnType<typeof createRemoteJWKSet>; until: number };

export type Proven = { claims: JWTPayload; accessToken?: string; refreshToken?: string | undefined };

/** The project as a client of OpenID Connect providers. */
export class OidcClient {
  readonly #known = new Map<string, Known>();
  readonly #secret: string;
  readonly #redirectUri: string;

  constructor(secret: string, redirectUri: string) {
    this.#secret = secret;
    this.#redirectUri = redirectUri;
  }

  /** Where a person goes to prove who they are; what comes back is bound to the flow. */
  async authorizeUrl(provider: Provider, flowId: string, scopes: readonly string[]): Promise<string> {
    const { authorization_endpoint: endpoint } = await this.#discover(provider.issuer);
    const url = new URL(endpoint);
    const challenge = await digest(this.#derive('verifier', flowId));
    const query = {
      ...provider.authorization_params,
      client_id: provider.client_id,
      response_type: 'code',
      redirect_uri: this.#redirectUri,
      scope: [...new Set([...provider.scopes, ...scopes])].join(' '),
      state: flowId,
      nonce: this.#derive('nonce', flowId),
      code_challenge: challenge,
      code_challenge_method: 'S256',
    };
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    return url.href;
  }

  async exchange(provider: Provider, flowId: string, code: string): Promise<Proven> {
    const discovered = await this.#discover(provider.issuer);
    const basic = discovered.token_endpoint_auth_methods_supported.includes('client_secret_basic');
    const pair = [provider.client_id, provider.client_secret].map(encodeURIComponent).join(':');
    const tokens = Tokens.parse(
      await fetchJson(discovered.token_endpoint, {
        method: 'POST',
        headers: {
          accept: 'application/json',
          ...(basic ? { authorization: `Basic ${Buffer.from(pair).toString('base64')}` } : {}),
        },
        body: new URLSearchParams({
          grant_type: 'authorization_code',
          code,
          redirect_uri: this.#redirectUri,
          code_verifier: this.#derive('verifier', flowId),
          ...(basic ? {} : { client_id: provider.client_id, client_secret: provider.client_secret }),
        }),
      }),
    );
    const { access_token: accessToken, refresh_token: refreshToken } = tokens;
    const claims = await this.verify(provider, tokens.id_token);
    if (!provider.skip_nonce_check && claims['nonce'] !== this.#derive('nonce', flowId))
      throw new Error('The ID token has another nonce.');
    const { userinfo_endpoint: userinfo } = discovered;
    const more = userinfo === undefined ? {} : await this.#userinfo(userinfo, accessToken, claims);
    return { claims: { ...more, ...claims }, accessToken, refreshToken };
  }

  /** The claims of a token that this provider signed for this project. */
  async verify(provider: Provider, idToken: string): Promise<JWTPayload> {
    const { issuer, keys } = await this.#discover(provider.issuer);
    const audience = [provider.client_id, ...provider.acceptable_client_ids];
    const { payload } = await jwtVerify(idToken, keys, {
      issuer,
      audience,
      algorithms: ['RS256', 'RS384', 'RS512', 'PS256', 'ES256', 'ES384', 'ES512', 'EdDSA'],
      requiredClaims: ['sub', 'exp'],
    });
    return payload;
  }

  async #userinfo(endpoint: string, accessToken: string, claims: JWTPayload) {
    if (claims['email'] !== undefined) return {};
    const info = await fetchJson(endpoint, { headers: { authorization: `Bearer ${accessToken}` } });
    const parsed = z.looseObject({ sub: z.string() }).parse(info);
    if (parsed.sub !== claims.sub) throw new Error('The user info is about somebody else.');
    return parsed;
  }

  async #discover(issuer: string): Promise<Known> {
    const known = this.#known.get(issuer);
    if (known !== undefined && known.until > Date.now()) return known;
    const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
    const found = Discovery.parse(await fetchJson(url, {}));
    if (found.issuer.replace(/\/$/, '') !== issuer.replace(/\/$/, ''))
      throw new Error('The provider says that it is another issuer.');
    const keys = createRemoteJWKSet(new URL(found.jwks_uri), {
      timeoutDuration: TIMEOUT_MS,
      [customFetch]: (target, options) => fetch(target, { ...options, redirect: 'error' }),
    });
    const fresh = { ...found, keys, until: Date.now() + DISCOVERY_MS };
    this.#known.set(issuer, fresh);
    return fresh;
  }

  /** Secrets of a flow, which need not be kept since they can be computed again. */
  #derive(purpose: string, flowId: string): string {
    return createHmac('sha256', this.#secret).update(`oidc ${purpose} ${flowId}`).digest('base64url');
  }
}

/** The issuer that an ID token names, before anybody has checked it. */
export function issuerOf(idToken: string): string | undefined | Refusal {
  try {
    return decodeJwt(idToken).iss;
  } catch {
    return new Refusal(400, 'bad_jwt', 'Bad ID token');
  }
}

async function digest(text: string): Promise<string> {
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return Buffer.from(hash).toString('base64url');
}

async function fetchJson(url: string, init: RequestInit): Promise<unknown> {
  const response = await fetch(url, { ...init, redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (!response.ok) throw new Error(`A provider answered ${response.status}.`);
  return response.json();
}
