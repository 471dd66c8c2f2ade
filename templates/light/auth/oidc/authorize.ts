import { describeError } from '../../server/log.ts';
import { type Auth, redirectOf } from '../auth.ts';
import { type Answer, type Call, type Handler, isUuid, text } from '../call.ts';
import { invalid, Refusal } from '../refusal.ts';
import type { SignedIn } from '../users/guards.ts';
import { signIn } from '../auth.ts';
import { createFlow, findFlow, type Flow, issueCode, readChallenge } from '../sign-in/flow-state.ts';
import { failure, redirect, tokensOf } from '../sign-in/verify.ts';
import { findUser } from '../users/store.ts';
import type { OidcClient, Proven } from './client.ts';
import { findOrCreateUser, linkTo } from './external-user.ts';
import { findProvider } from './providers.ts';

/** Sends a person to a provider. */
export function createAuthorize(auth: Auth, client: OidcClient): Handler {
  return async (call) => begin(auth, client, call, undefined);
}

/** The same for a user who wants to add an identity; the client fetches the address before it goes there. */
export function createLinkAuthorize(auth: Auth, client: OidcClient) {
  return async (call: Call, { user }: SignedIn): Promise<Answer> => {
    if (!auth.rules.manualLinking)
      return new Refusal(404, 'manual_linking_disabled', 'Manual linking is disabled');
    return begin(auth, client, call, user.id);
  };
}

async function begin(
  auth: Auth,
  client: OidcClient,
  call: Call,
  linkingTarget: string | undefined,
): Promise<Answer> {
  const name = call.query.get('provider') ?? '';
  const provider = await findProvider(auth.sql, auth.rules, name);
  if (provider === undefined)
    return new Refusal(400, 'validation_failed', 'Unsupported provider: provider is not enabled');
  const challenge = readChallenge(Object.fromEntries(call.query));
  if (challenge instanceof Refusal) return challenge;
  const flowId = await createFlow(auth.sql, {
    provider: name,
    method: 'oauth',
    challenge,
    referrer: redirectOf(call, auth.rules),
    ...(linkingTarget === undefined ? {} : { linkingTarget }),
  });
  const scopes = (call.query.get('scopes') ?? '').split(/[\s,]+/).filter((scope) => scope !== '');
  try {
    const url = await client.authorizeUrl(provider, flowId, scopes);
    if (call.query.get('skip_http_redirect') === 'true') return Response.json({ url, provider: name });
    return new Response(null, { status: 302, headers: { location: url } });
  } catch (error) {
    auth.log('error', 'a provider cannot be reached', { provider: name, ...describeError(error) });
    return new Refusal(500, 'unexpected_failure', `Error getting the configuration of ${name}`);
  }
}

/** Where a provider sends people back to, with a code in the address or in a form. */
export function createCallback(auth: Auth, client: OidcClient): Handler {
  const { rules, sql } = auth;

  return async (call) => {
    const fields = { ...Object.fromEntries(call.query), ...call.body };
    const state = text(fields, 'state') ?? '';
    const flow = isUuid(state) ? await findFlow(sql, state) : undefined;
    if (flow === undefined)
      return redirect(
        rules.siteUrl,
        failure(new Refusal(400, 'bad_oauth_state', 'OAuth state not found or expired')),
      );
    const target = flow.referrer ?? rules.siteUrl;
    const denied = text(fields, 'error');
    if (denied !== undefined)
      return redirect(target, {
        error: denied,
        error_code: 'provider_error',
        error_description: text(fields, 'error_description') ?? denied,
      });
    const code = text(fields, 'code');
    if (code === undefined)
      return redirect(
        target,
        failure(new Refusal(400, 'bad_oauth_callback', 'OAuth callback with missing code')),
      );
    const done = await finish(call, flow, code);
    return done instanceof Refusal ? redirect(target, failure(done)) : done;
  };

  async function finish(call: Call, flow: Flow, code: string): Promise<Answer> {
    const provider = await findProvider(sql, rules, flow.provider_type);
    if (provider === undefined) return invalid('Unsupported provider: provider is not enabled');
    let proven: Proven;
    try {
      proven = await client.exchange(provider, flow.id, code);
    } catch (error) {
      auth.log('warn', 'a provider’s answer does not hold', {
        provider: provider.name,
        ...describeError(error),
      });
      return new Refusal(500, 'unexpected_failure', 'Unable to exchange external code');
    }
    const external = { provider, claims: proven.claims };
    const { linking_target_id: target } = flow;
    const user =
      target === null ? await findOrCreateUser(auth, external) : await linkTo(auth, target, external);
    if (user instanceof Refusal) return user;
    const referrer = flow.referrer ?? rules.siteUrl;
    const issued = await issueCode(sql, flow.id, user.id, {
      access: proven.accessToken,
      refresh: proven.refreshToken,
    });
    if (issued === undefined) return new Refusal(400, 'bad_oauth_state', 'OAuth state was used before');
    if (flow.code_challenge !== null) {
      const location = new URL(referrer);
      location.searchParams.set('code', issued);
      return new Response(null, { status: 302, headers: { location: location.href } });
    }
    await sql`delete from auth.flow_state where id = ${flow.id}`;
    const current = (await findUser(sql, { id: user.id })) ?? user;
    const grant = await signIn(auth, current, { method: 'oauth' }, call);
    if (grant instanceof Refusal) return grant;
    const { accessToken, refreshToken } = proven;
    return redirect(referrer, {
      ...tokensOf(grant),
      ...(accessToken === undefined ? {} : { provider_token: accessToken }),
      ...(refreshToken === undefined ? {} : { provider_refresh_token: refreshToken }),
    });
  }
}
