import type { ServerResponse } from 'node:http';
import {
  type Configuration,
  type ErrorOut,
  type KoaContextWithOIDC,
  Provider,
  interactionPolicy,
} from 'oidc-provider';
import type { LocalCloud } from '../../../functions/runtime/compose-local.ts';
import { html } from './html.ts';
import { document, notice } from './pages.ts';

export type Embedded = NonNullable<LocalCloud['embedded']>;
export type Keys = Awaited<ReturnType<Embedded['signingKeys']['current']>>;

const HOUR = 3600;
const DAY = 24 * HOUR;

/** Seconds. ID tokens are what the API is called with; they are renewed in silence while the session lasts. */
const LIVES = {
  AccessToken: HOUR / 4,
  IdToken: HOUR / 4,
  AuthorizationCode: 60,
  Interaction: HOUR,
  RefreshToken: 14 * DAY,
  Session: 14 * DAY,
  Grant: 14 * DAY,
} as const;

/** The cookies are for the issuer's own paths: projects answer on the same host, below `/p/`. */
const COOKIE = { httpOnly: true, sameSite: 'lax', signed: true, path: '/oidc' } as const;

export function makeProvider(embedded: Embedded, keys: Keys): Provider {
  const { issuer, accounts, records } = embedded;
  const { origin } = new URL(issuer.issuer);
  const configuration: Configuration = {
    adapter: (model) => records.of(model),
    jwks: { keys: [...keys.jwks] },
    clients: [
      {
        client_id: issuer.clientId,
        client_name: 'Baseplane',
        // A page keeps no secret: it proves with PKCE that the code is its own.
        token_endpoint_auth_method: 'none',
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        redirect_uris: [`${origin}/callback`],
        post_logout_redirect_uris: [`${origin}/`, `${origin}/login`],
        id_token_signed_response_alg: 'ES256',
      },
    ],
    cookies: {
      keys: [...keys.cookies],
      long: COOKIE,
      short: { httpOnly: true, sameSite: 'lax', signed: true },
    },
    claims: { openid: ['sub'], email: ['email', 'email_verified'] },
    // Whoever calls the API has the ID token alone.
    conformIdTokenClaims: false,
    scopes: ['openid', 'email', 'profile', 'offline_access'],
    responseTypes: ['code'],
    enabledJWA: { idTokenSigningAlgValues: ['ES256'] },
    pkce: { required: () => true },
    discovery: { prompt_values_supported: ['none', 'login', 'consent', 'create'] },
    ttl: { ...LIVES },
    features: {
      devInteractions: { enabled: false },
      revocation: { enabled: true },
      rpInitiatedLogout: { enabled: true, logoutSource, postLogoutSuccessSource },
    },
    interactions: { policy: askFirst(), url: (_, { uid }) => `/oidc/interaction/${uid}` },
    findAccount: async (_, id) => {
      const account = (await accounts.find(id))?.value;
      if (account === undefined) return undefined;
      const { email } = account;
      return { accountId: id, claims: () => ({ sub: id, email, email_verified: true }) };
    },
    loadExistingGrant,
    // Its tokens end with the session that they were given out in.
    issueRefreshToken: async (_, client) => client.grantTypeAllowed('refresh_token'),
    expiresWithSession: async () => true,
    rotateRefreshToken: true,
    renderError,
  };
  return new Provider(issuer.issuer, configuration);
}

/** OpenID Connect's `prompt=create`: an account is wanted, whoever is signed in. */
function askFirst() {
  const { Check, Prompt, base } = interactionPolicy;
  const wanted = new Check('create_prompt', 'an account is to be created', 'interaction_required', (ctx) =>
    ctx.oidc.promptPending('create') ? Check.REQUEST_PROMPT : Check.NO_NEED_TO_PROMPT,
  );
  const policy = base();
  policy.add(new Prompt({ name: 'create', requestable: true }, wanted), 0);
  return policy;
}

/** The dashboard is part of the installation: nobody is asked whether it may know who they are. */
async function loadExistingGrant({ oidc }: KoaContextWithOIDC) {
  const { client, session, provider } = oidc;
  if (client === undefined || session?.accountId === undefined) return undefined;
  const known = session.grantIdFor(client.clientId);
  const found = known === undefined ? undefined : await provider.Grant.find(known);
  if (found !== undefined) return found;
  const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
  grant.addOIDCScope('openid email profile offline_access');
  await grant.save();
  return grant;
}

/** With the token of its own session the dashboard asks on behalf of somebody who has said so there. */
function logoutSource(ctx: KoaContextWithOIDC, form: string): void {
  const meant = ctx.oidc.entities.IdTokenHint !== undefined;
  const [, action = '', secret = ''] = /action="([^"]*)".*value="([^"]*)"/.exec(form) ?? [];
  ctx.body = document({
    title: 'Sign out?',
    ...(meant ? { sends: true } : {}),
    body: html`<form method="post" action="${action}">
        <input type="hidden" name="xsrf" value="${secret}" />
        <input type="hidden" name="logout" value="yes" />
        <button>Sign out</button>
      </form>
      <p class="links"><a href="/">Stay signed in</a></p>`,
  });
}

function postLogoutSuccessSource(ctx: KoaContextWithOIDC): void {
  ctx.body = document(
    notice('You are signed out', 'Nobody is signed in on this browser any more.', {
      to: '/',
      label: 'Sign in again',
    }),
  );
}

/** What reaches a person is an old page or a broken link; what a program asked is answered in JSON elsewhere. */
function renderError(ctx: KoaContextWithOIDC, { error, error_description: why }: ErrorOut): void {
  ctx.type = 'html';
  ctx.body = document(
    notice('This did not work', `${why ?? error}. Start again from the dashboard.`, {
      to: '/',
      label: 'To the dashboard',
    }),
  );
}

/** Hands a request over to the provider, which is told where it is mounted. */
export function handOver(
  provider: Provider,
  request: Parameters<ReturnType<Provider['callback']>>[0],
  response: ServerResponse,
): void {
  const { url = '/' } = request;
  Object.assign(request, { originalUrl: url });
  request.url = url.slice('/oidc'.length) || '/';
  void provider.callback()(request, response);
}
