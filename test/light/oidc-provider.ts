import { createServer } from 'node:http';
import { once } from 'node:events';
import type { JWK } from 'jose';
import { Provider } from 'oidc-provider';
import { z } from 'zod';

/** Somebody else who knows users: a real OpenID provider, at which a person can be by name. */
export type OidcProvider = AsyncDisposable & {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Does what a browser does from this address on as this person, up to where the provider sends it back. */
  visit(url: string, person: string): Promise<URL>;
  /** What an app of the project's own gets from the provider for this person. */
  idToken(person: string, nonce?: string): Promise<string>;
};

const CLIENT = { clientId: 'project', clientSecret: 'a secret of the project at its provider' };
const APP_REDIRECT = 'http://app.test/done';

interface OidcProviderOptions {
  readonly claimsInToken?: boolean;
  /** By default one that is free. */
  readonly port?: number;
  /** What it signs with, private; by default keys of its own. */
  readonly keys?: readonly JWK[];
}

export async function startOidcProvider(
  redirectUri: string,
  options: OidcProviderOptions = {},
): Promise<OidcProvider> {
  const { claimsInToken = true, port = 0, keys } = options;
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = z.object({ port: z.number() }).parse(server.address());
  const issuer = `http://127.0.0.1:${address.port}`;
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: CLIENT.clientId,
        client_secret: CLIENT.clientSecret,
        redirect_uris: [redirectUri, APP_REDIRECT],
      },
    ],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name', 'picture'] },
    conformIdTokenClaims: !claimsInToken,
    ...(keys === undefined ? {} : { jwks: { keys: [...keys] } }),
    cookies: { keys: ['a key of the provider'] },
    pkce: { required: () => false },
    // People whose name says so have not shown that their address is theirs.
    findAccount: async (_context, id) => ({
      accountId: id,
      claims: async () => ({
        sub: id,
        email: `${id.replace('unverified-', '')}@oidc.test`,
        email_verified: !id.startsWith('unverified-'),
        name: `Name of ${id}`,
      }),
    }),
  });
  server.on('request', (request, response) => void provider.callback()(request, response));

  async function visit(url: string, person: string): Promise<URL> {
    const cookies = new Map<string, string>();
    let next = new URL(url);
    let body: URLSearchParams | undefined;
    while (next.origin === issuer) {
      const response = await fetch(next, {
        redirect: 'manual',
        headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
        ...(body === undefined ? {} : { method: 'POST', body }),
      });
      for (const cookie of response.headers.getSetCookie()) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
        cookies.set(name, value);
      }
      const location = response.headers.get('location');
      const page = await response.text();
      body = undefined;
      if (location !== null) next = new URL(location, next);
      else if (page.includes('value="login"'))
        body = new URLSearchParams({ prompt: 'login', login: person, password: 'x' });
      else if (page.includes('value="consent"')) body = new URLSearchParams({ prompt: 'consent' });
      else throw new Error(`The provider answered ${response.status}: ${page.slice(0, 300)}`);
    }
    return next;
  }

  return {
    issuer,
    ...CLIENT,
    visit,
    async idToken(person, nonce) {
      const query = new URLSearchParams({
        client_id: CLIENT.clientId,
        response_type: 'code',
        redirect_uri: APP_REDIRECT,
        scope: 'openid email profile',
        ...(nonce === undefined ? {} : { nonce }),
      });
      const back = await visit(`${issuer}/auth?${query.toString()}`, person);
      const response = await fetch(`${issuer}/token`, {
        method: 'POST',
        headers: {
          authorization: `Basic ${btoa(`${CLIENT.clientId}:${encodeURIComponent(CLIENT.clientSecret)}`)}`,
        },
        body: new URLSearchParams({
          grant_type: 'authorization_code',
          code: back.searchParams.get('code') ?? '',
          redirect_uri: APP_REDIRECT,
        }),
      });
      return z.object({ id_token: z.string() }).parse(await response.json()).id_token;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** The setting by which a project trusts these providers. */
export function providerSetting(providers: Readonly<Record<string, OidcProvider>>): string {
  return JSON.stringify(
    Object.entries(providers).map(([name, { issuer, clientId, clientSecret }]) => ({
      name,
      issuer,
      client_id: clientId,
      client_secret: clientSecret,
    })),
  );
}
