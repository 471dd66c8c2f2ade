import { createHash } from 'node:crypto';
import { errors, type JWTPayload } from 'jose';
import { describeError } from '../../server/log.ts';
import { type Auth, signIn } from '../auth.ts';
import { type Answer, type Call, type Handler, text } from '../call.ts';
import { invalid, Refusal } from '../refusal.ts';
import { type SignedIn, signedIn } from '../users/guards.ts';
import { issuerOf, type OidcClient } from './client.ts';
import { type External, findOrCreateUser, linkTo } from './external-user.ts';
import type { Provider } from './provider-settings.ts';
import { findProvider } from './providers.ts';

/** Signs in by an ID token that an app got from a provider itself, or adds its identity to who is signed in. */
export function createIdToken(auth: Auth, client: OidcClient): Handler {
  const link = signedIn(auth.sql, linkIdentity);

  async function linkIdentity(call: Call, { user }: SignedIn): Promise<Answer> {
    if (!auth.rules.manualLinking)
      return new Refusal(404, 'manual_linking_disabled', 'Manual linking is disabled');
    const external = await readToken(call);
    if (external instanceof Refusal) return external;
    const linked = await linkTo(auth, user.id, external);
    if (linked instanceof Refusal) return linked;
    const grant = await signIn(auth, linked, { method: 'oauth' }, call);
    return grant instanceof Refusal ? grant : Response.json(grant);
  }

  async function readToken(call: Call): Promise<External | Refusal> {
    const idToken = text(call.body, 'id_token');
    if (idToken === undefined) return invalid('id_token required');
    const issuer = issuerOf(idToken);
    if (issuer instanceof Refusal) return issuer;
    const name = text(call.body, 'provider');
    const provider =
      name === undefined
        ? auth.rules.providers.find((known) => known.issuer === (text(call.body, 'issuer') ?? issuer))
        : await findProvider(auth.sql, auth.rules, name);
    if (provider === undefined)
      return new Refusal(400, 'validation_failed', 'Unsupported provider: provider is not enabled');
    const claims = await verify(provider, idToken);
    if (claims instanceof Refusal) return claims;
    return judgeNonce(provider, claims, text(call.body, 'nonce')) ?? { provider, claims };
  }

  async function verify(provider: Provider, idToken: string): Promise<JWTPayload | Refusal> {
    try {
      return await client.verify(provider, idToken);
    } catch (error) {
      if (error instanceof errors.JOSEError) return new Refusal(400, 'bad_jwt', 'Bad ID token');
      auth.log('error', 'a provider cannot be reached', { provider: provider.name, ...describeError(error) });
      return new Refusal(500, 'unexpected_failure', `Error getting the configuration of ${provider.name}`);
    }
  }

  return async (call) => {
    if (call.body['link_identity'] === true) return link(call);
    const external = await readToken(call);
    if (external instanceof Refusal) return external;
    const user = await findOrCreateUser(auth, external);
    if (user instanceof Refusal) return user;
    const grant = await signIn(auth, user, { method: 'oauth' }, call);
    return grant instanceof Refusal ? grant : Response.json(grant);
  };
}

/** The token holds the nonce's hash, so that whoever sees the token cannot use it. */
function judgeNonce(provider: Provider, claims: JWTPayload, nonce: string | undefined): Refusal | undefined {
  if (provider.skip_nonce_check) return undefined;
  const held = claims['nonce'];
  if ((held === undefined) !== (nonce === undefined))
    return invalid('Passed nonce and nonce in id_token should either both exist or not.');
  if (nonce === undefined) return undefined;
  const hash = createHash('sha256').update(nonce).digest('hex');
  return held === hash ? undefined : invalid('Nonces mismatch');
}
