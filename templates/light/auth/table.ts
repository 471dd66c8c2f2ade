import { createDeleteFactor, createUpdateFactor, listUserFactors } from './admin/factors.ts';
import { customProviderRoutes } from './admin/custom-providers.ts';
import { createGenerateLink, createInvite } from './admin/links.ts';
import { oauthClientRoutes } from './admin/oauth-clients.ts';
import { createDeleteUser } from './admin/remove-user.ts';
import { aboutUser, createCreateUser, createListUsers, createUpdateUser } from './admin/users.ts';
import type { Auth } from './auth.ts';
import type { Answer, Call, Handler } from './call.ts';
import { createDiscovery, createKeySet, createSettings, VERSION } from './description.ts';
import { createChallenge, createFactorVerify } from './mfa/challenge.ts';
import { createEnroll, createUnenroll } from './mfa/enroll.ts';
import { consentRoutes } from './oauth-server/consent.ts';
import { createOAuthToken, showUserInfo } from './oauth-server/token.ts';
import { createAuthorize, createCallback, createLinkAuthorize } from './oidc/authorize.ts';
import { OidcClient } from './oidc/client.ts';
import { createIdToken } from './oidc/id-token.ts';
import { notOffered } from './refusal.ts';
import type { RouteTable } from './routes.ts';
import { createLogout } from './sessions/logout.ts';
import { createOtp, createReauthenticate, createRecover, createResend } from './sign-in/mailed.ts';
import { createSignup } from './sign-in/signup.ts';
import { createToken } from './sign-in/token.ts';
import { createFollow, createVerify } from './sign-in/verify.ts';
import { adminOnly, type SignedIn, signedIn } from './users/guards.ts';
import { createUpdateMe, readMe } from './users/me.ts';
import { renderUser, type User } from './users/user.ts';
import { createUnlink } from './users/unlink.ts';

/** Everything that Auth answers, and who may ask for it. */
export function createTable(auth: Auth): RouteTable {
  const client = new OidcClient(auth.config.jwtSecret, `${auth.config.externalUrl}/auth/v1/callback`);
  const mine = (handler: (call: Call, who: SignedIn) => Promise<Answer>) => signedIn(auth.sql, handler);
  const theirs = (handler: (call: Call, user: User) => Promise<Answer>) =>
    adminOnly(aboutUser(auth.sql, handler));
  const missing =
    (what: string): Handler =>
    async () =>
      notOffered(what);
  const otp = createOtp(auth);
  const callback = createCallback(auth, client);

  return {
    'GET /health': async () => Response.json(VERSION),
    'GET /settings': createSettings(auth),
    'GET /.well-known/jwks.json': createKeySet(auth),
    'GET /.well-known/openid-configuration': createDiscovery(auth),
    'GET /.well-known/oauth-authorization-server': createDiscovery(auth),

    'POST /signup': createSignup(auth),
    'POST /token': createToken(auth, {
      id_token: createIdToken(auth, client),
      web3: missing('Signing in with a wallet'),
    }),
    'POST /otp': otp,
    'POST /magiclink': otp,
    'POST /recover': createRecover(auth),
    'POST /resend': createResend(auth),
    'POST /verify': createVerify(auth),
    'GET /verify': createFollow(auth),
    'POST /logout': mine(createLogout(auth.sql)),
    'GET /reauthenticate': mine(createReauthenticate(auth)),
    'POST /sso': missing('Single sign-on by SAML'),

    'GET /user': mine(readMe),
    'PUT /user': mine(createUpdateMe(auth)),
    'GET /user/identities/authorize': mine(createLinkAuthorize(auth, client)),
    'DELETE /user/identities/:identity': mine(createUnlink(auth)),

    'GET /authorize': createAuthorize(auth, client),
    'GET /callback': callback,
    'POST /callback': callback,

    'POST /factors': mine(createEnroll(auth)),
    'POST /factors/:id/challenge': mine(createChallenge(auth)),
    'POST /factors/:id/verify': mine(createFactorVerify(auth)),
    'DELETE /factors/:id': mine(createUnenroll(auth)),

    'GET /admin/users': adminOnly(createListUsers(auth)),
    'POST /admin/users': adminOnly(createCreateUser(auth)),
    'GET /admin/users/:user': theirs(async (_call, user) => Response.json(renderUser(user))),
    'PUT /admin/users/:user': theirs(createUpdateUser(auth)),
    'DELETE /admin/users/:user': theirs(createDeleteUser(auth)),
    'GET /admin/users/:user/factors': theirs(listUserFactors),
    'PUT /admin/users/:user/factors/:factor': theirs(createUpdateFactor(auth)),
    'DELETE /admin/users/:user/factors/:factor': theirs(createDeleteFactor(auth)),
    'POST /admin/generate_link': adminOnly(createGenerateLink(auth)),
    'POST /invite': adminOnly(createInvite(auth)),
    ...oauthClientRoutes(auth),
    ...customProviderRoutes(auth),

    ...consentRoutes(auth),
    'POST /oauth/token': createOAuthToken(auth),
    'GET /oauth/userinfo': mine(showUserInfo),
    'GET /admin/users/:user/passkeys': theirs(async () => Response.json([])),
    'GET /passkeys': mine(async () => Response.json([])),
    'POST /passkeys/registration/options': missing('Signing in with a passkey'),
    'POST /passkeys/authentication/options': missing('Signing in with a passkey'),
  };
}
