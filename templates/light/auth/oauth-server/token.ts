import { createHash } from 'node:crypto';
import { serverOff } from '../admin/oauth-clients.ts';
import type { Auth } from '../auth.ts';
import { type Answer, type Call, type Handler, isUuid, text } from '../call.ts';
import { Refusal } from '../refusal.ts';
import type { Grant } from '../sessions/grants.ts';
import { refreshSession } from '../sessions/refresh.ts';
import { openSession } from '../sessions/sessions.ts';
import { signToken } from '../sessions/signing-keys.ts';
import type { SignedIn } from '../users/guards.ts';
import { findUser } from '../users/store.ts';
import { isBanned, type User } from '../users/user.ts';
import { type Authorization, takeCode } from './authorizations.ts';
import { findClient, type OAuthClient, secretFits } from './clients.ts';

/** `/oauth/token`: where apps exchange what they were sent for tokens; errors are RFC 6749's. */
export function createOAuthToken(auth: Auth): Handler {
  return async (call) => {
    if (!auth.rules.oauthServer) return serverOff();
    const client = await authenticate(auth, call);
    if (client === undefined) return failed('invalid_client', 'Invalid client credentials', 401);
    const grant = text(call.body, 'grant_type');
    if (grant === 'authorization_code') return byCode(auth, call, client);
    if (grant === 'refresh_token') return byRefreshToken(auth, call, client);
    return failed('unsupported_grant_type', 'grant_type must be authorization_code or refresh_token');
  };
}

export async function showUserInfo(_call: Call, { user }: SignedIn): Promise<Answer> {
  return Response.json(describe(user));
}

async function byCode(auth: Auth, call: Call, client: OAuthClient): Promise<Answer> {
  const { sql } = auth;
  const authorization = await takeCode(sql, text(call.body, 'code') ?? '', client.id);
  const verifier = createHash('sha256')
    .update(text(call.body, 'code_verifier') ?? '')
    .digest('base64url');
  const redirectUri = text(call.body, 'redirect_uri');
  if (
    authorization === undefined ||
    verifier !== authorization.code_challenge ||
    (redirectUri !== undefined && redirectUri !== authorization.redirect_uri)
  )
    return failed('invalid_grant', 'Invalid authorization code');
  const user = await findUser(sql, { id: authorization.user_id });
  if (user === undefined || isBanned(user)) return failed('invalid_grant', 'Invalid authorization code');
  const opened = await sql.begin(async (within) => {
    const session = await openSession(
      within,
      user.id,
      { method: 'oauth_provider/authorization_code' },
      { singlePerUser: false },
    );
    await within`
      update auth.sessions set oauth_client_id = ${client.id}, scopes = ${authorization.scope}
      where id = ${session.sessionId}`;
    return session;
  });
  const grant = await auth.grant(user.id, opened, 'oauth_provider/authorization_code');
  if (grant instanceof Refusal) return grant;
  const idToken = await makeIdToken(auth, user, authorization, client);
  return render(grant, authorization.scope, idToken);
}

async function byRefreshToken(auth: Auth, call: Call, client: OAuthClient): Promise<Answer> {
  const presented = text(call.body, 'refresh_token') ?? '';
  const [session] = await auth.sql<{ scopes: string | null }[]>`
    select s.scopes from auth.refresh_tokens t join auth.sessions s on s.id = t.session_id
    where t.token = ${presented} and s.oauth_client_id = ${client.id}`;
  const refreshed =
    session === undefined ? undefined : await refreshSession(auth.sql, presented, auth.rules.sessions);
  if (refreshed === undefined || refreshed instanceof Refusal)
    return failed('invalid_grant', 'Invalid refresh token');
  const grant = await auth.grant(refreshed.userId, refreshed, 'token_refresh');
  return grant instanceof Refusal ? grant : render(grant, session?.scopes ?? '', undefined);
}

async function authenticate({ sql }: Auth, { body, request }: Call): Promise<OAuthClient | undefined> {
  const given = readBasic(request) ?? {
    id: text(body, 'client_id') ?? '',
    secret: text(body, 'client_secret'),
  };
  const client = isUuid(given.id) ? await findClient(sql, given.id) : undefined;
  if (client === undefined || client.client_type === 'public') return client;
  return secretFits(client, given.secret ?? '') ? client : undefined;
}

function readBasic(request: Request): { id: string; secret: string } | undefined {
  const [, encoded] = /^Basic (\S+)$/i.exec(request.headers.get('authorization') ?? '') ?? [];
  const [, id, secret] = /^([^:]*):(.*)$/.exec(Buffer.from(encoded ?? '', 'base64').toString()) ?? [];
  return id === undefined || secret === undefined ? undefined : { id, secret };
}

async function makeIdToken(
  { config, rules }: Auth,
  user: User,
  { scope, nonce }: Authorization,
  client: OAuthClient,
): Promise<string | undefined> {
  if (!scope.split(' ').includes('openid')) return undefined;
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    ...describe(user),
    iss: `${config.externalUrl}/auth/v1`,
    aud: client.id,
    iat: now,
    exp: now + rules.tokenLifetimeSeconds,
    ...(nonce === null ? {} : { nonce }),
  };
  return signToken(claims, config.signingKeys, config.jwtSecret);
}

function describe(user: User) {
  return {
    sub: user.id,
    email: user.email ?? '',
    email_verified: user.email_confirmed_at !== null,
    user_metadata: user.raw_user_meta_data ?? {},
  };
}

function render(grant: Grant, scope: string, idToken: string | undefined): Response {
  const { access_token, refresh_token, expires_in } = grant;
  const tokens = { access_token, refresh_token, expires_in, token_type: 'bearer', scope };
  return Response.json(idToken === undefined ? tokens : { ...tokens, id_token: idToken }, {
    headers: { 'cache-control': 'no-store' },
  });
}

function failed(error: string, description: string, status = 400): Response {
  return Response.json({ error, error_description: description }, { status });
}
