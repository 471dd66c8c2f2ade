import type { Auth } from '../auth.ts';
import { type Answer, type Call, type Handler, isUuid } from '../call.ts';
import { serverOff } from '../admin/oauth-clients.ts';
import { invalid, Refusal } from '../refusal.ts';
import type { RouteTable } from '../routes.ts';
import { type SignedIn, signedIn } from '../users/guards.ts';
import {
  approve,
  type Authorization,
  claimAuthorization,
  deny,
  hasConsent,
  insertAuthorization,
} from './authorizations.ts';
import { findClient, introduceClient, type OAuthClient } from './clients.ts';

const SCOPES = new Set(['openid', 'email', 'profile', 'phone']);

/** Apps ask for access, and the project's users decide on a page of the project's own. */
export function consentRoutes(auth: Auth): RouteTable {
  const { rules, sql } = auth;
  const mine = (handler: (call: Call, who: SignedIn) => Promise<Answer>): Handler =>
    signedIn(sql, async (call, who) => (rules.oauthServer ? handler(call, who) : serverOff()));

  const ask: Handler = async ({ query }) => {
    if (!rules.oauthServer) return serverOff();
    const id = query.get('client_id') ?? '';
    const client = isUuid(id) ? await findClient(sql, id) : undefined;
    const redirectUri = query.get('redirect_uri') ?? '';
    // Nobody is sent to a place that the client has not registered, not even with an error.
    if (client === undefined) return new Refusal(400, 'oauth_client_not_found', 'OAuth client not found');
    if (!client.redirect_uris.split(',').includes(redirectUri)) return invalid('invalid redirect_uri');
    const state = query.get('state');
    const wrong = judgeRequest(query);
    if (wrong !== undefined) return sendBack({ redirect_uri: redirectUri, state }, wrong);
    const authorizationId = await insertAuthorization(sql, {
      client_id: client.id,
      redirect_uri: redirectUri,
      scope: query.get('scope') || 'email',
      state,
      code_challenge: query.get('code_challenge') ?? '',
      nonce: query.get('nonce'),
    });
    const target = new URL(rules.siteUrl.replace(/\/$/, '') + rules.consentPath);
    target.searchParams.set('authorization_id', authorizationId);
    return new Response(null, { status: 302, headers: { location: target.href } });
  };

  const about = (
    handler: (
      call: Call,
      authorization: Authorization,
      client: OAuthClient,
      who: SignedIn,
    ) => Promise<Answer>,
  ): Handler =>
    mine(async (call, who) => {
      const authorization = await claimAuthorization(sql, call.params['authorization'] ?? '', who.user.id);
      const client = authorization === undefined ? undefined : await findClient(sql, authorization.client_id);
      return authorization === undefined || client === undefined
        ? new Refusal(404, 'oauth_authorization_not_found', 'authorization request not found or expired')
        : handler(call, authorization, client, who);
    });

  const show = about(async (_call, authorization, client, { user }) => {
    if (await hasConsent(sql, authorization)) return finish(authorization);
    return Response.json({
      authorization_id: authorization.authorization_id,
      redirect_uri: authorization.redirect_uri,
      client: introduceClient(client),
      user: { id: user.id, email: user.email ?? '' },
      scope: authorization.scope,
    });
  });

  const decide = about(async ({ body }, authorization) => {
    if (body['action'] === 'approve') return finish(authorization);
    if (body['action'] !== 'deny') return invalid('action must be approve or deny');
    await deny(sql, authorization);
    const refused = { error: 'access_denied', error_description: 'The user denied the request' };
    return Response.json({ redirect_url: backTo(authorization, refused) });
  });

  async function finish(authorization: Authorization): Promise<Answer> {
    const code = await sql.begin((within) => approve(within, authorization));
    if (code === undefined)
      return new Refusal(404, 'oauth_authorization_not_found', 'authorization request was already decided');
    return Response.json({ redirect_url: backTo(authorization, { code }) });
  }

  return {
    'GET /oauth/authorize': ask,
    'GET /oauth/authorizations/:authorization': show,
    'POST /oauth/authorizations/:authorization/consent': decide,
    'GET /user/oauth/grants': mine(createListGrants(auth)),
    'DELETE /user/oauth/grants': mine(createRevokeGrant(auth)),
  };
}

function judgeRequest(query: URLSearchParams): Record<string, string> | undefined {
  const failed = (error: string, description: string) => ({ error, error_description: description });
  if (query.get('response_type') !== 'code')
    return failed('unsupported_response_type', 'response_type must be code');
  // OAuth 2.1: with PKCE or not at all.
  const challenged = /^[A-Za-z0-9._~-]{43,128}$/.test(query.get('code_challenge') ?? '');
  if (!challenged || query.get('code_challenge_method')?.toUpperCase() !== 'S256')
    return failed('invalid_request', 'code_challenge with the method S256 is required');
  const unknown = (query.get('scope') || 'email').split(' ').some((scope) => !SCOPES.has(scope));
  return unknown ? failed('invalid_scope', 'scopes may be openid, email, profile and phone') : undefined;
}

function createListGrants({ sql }: Auth) {
  return async (_call: Call, { user }: SignedIn): Promise<Answer> => {
    const rows = await sql<(OAuthClient & { scopes: string; granted_at: Date })[]>`
      select c.*, g.scopes, g.granted_at
      from auth.oauth_consents g join auth.oauth_clients c on c.id = g.client_id
      where g.user_id = ${user.id} and g.revoked_at is null and c.deleted_at is null
      order by g.granted_at desc`;
    return Response.json(
      rows.map((row) => ({
        client: introduceClient(row),
        scopes: row.scopes.split(' '),
        granted_at: row.granted_at,
      })),
    );
  };
}

/** Whatever the app still holds ends with the grant. */
function createRevokeGrant({ sql }: Auth) {
  return async ({ query }: Call, { user }: SignedIn): Promise<Answer> => {
    const id = query.get('client_id') ?? '';
    if (!isUuid(id)) return invalid('client_id must be a UUID');
    const revoked = await sql`
      update auth.oauth_consents set revoked_at = now()
      where user_id = ${user.id} and client_id = ${id} and revoked_at is null returning id`;
    if (revoked.length === 0)
      return new Refusal(404, 'oauth_consent_not_found', 'No active grant for this client');
    await sql`delete from auth.sessions where user_id = ${user.id} and oauth_client_id = ${id}`;
    await sql`
      update auth.oauth_authorizations set authorization_code = null
      where user_id = ${user.id} and client_id = ${id}`;
    return new Response(null, { status: 204 });
  };
}

function sendBack(
  to: Pick<Authorization, 'redirect_uri' | 'state'>,
  fields: Record<string, string>,
): Response {
  return new Response(null, { status: 302, headers: { location: backTo(to, fields) } });
}

function backTo(
  { redirect_uri: uri, state }: Pick<Authorization, 'redirect_uri' | 'state'>,
  fields: Record<string, string>,
): string {
  const target = new URL(uri);
  for (const [name, value] of Object.entries(fields)) target.searchParams.set(name, value);
  if (state !== null) target.searchParams.set('state', state);
  return target.href;
}
