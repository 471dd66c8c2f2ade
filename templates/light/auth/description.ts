import type { Auth } from './auth.ts';
import type { Handler } from './call.ts';

export const VERSION = {
  version: 'light-1',
  name: 'GoTrue',
  description: 'GoTrue is a user registration and authentication API',
};

/** `/settings`: what clients may offer their users. */
export function createSettings({ rules }: Auth): Handler {
  return async () =>
    Response.json({
      external: {
        anonymous_users: rules.anonymousEnabled,
        email: rules.emailEnabled,
        phone: rules.phoneEnabled,
        ...Object.fromEntries(rules.providers.map(({ name }) => [name, true])),
      },
      disable_signup: rules.signupDisabled,
      mailer_autoconfirm: rules.autoconfirm,
      phone_autoconfirm: rules.phoneAutoconfirm,
      sms_provider: '',
      saml_enabled: false,
      mfa_enabled: rules.totpEnabled,
    });
}

/** The public keys by which anybody can check a token; none while tokens are signed with the project's secret. */
export function createKeySet({ config }: Auth): Handler {
  return async () =>
    Response.json(
      { keys: config.signingKeys.published },
      { headers: { 'cache-control': 'public, max-age=600' } },
    );
}

export function createDiscovery({ config, rules }: Auth): Handler {
  const issuer = `${config.externalUrl}/auth/v1`;
  return async () =>
    Response.json({
      issuer,
      authorization_endpoint: `${issuer}/oauth/authorize`,
      token_endpoint: `${issuer}/oauth/token`,
      jwks_uri: `${issuer}/.well-known/jwks.json`,
      userinfo_endpoint: `${issuer}/oauth/userinfo`,
      response_types_supported: rules.oauthServer ? ['code'] : [],
      response_modes_supported: ['query'],
      grant_types_supported: ['authorization_code', 'refresh_token'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: [config.signingKeys.current?.alg ?? 'HS256'],
      scopes_supported: ['openid', 'email', 'profile', 'phone'],
      token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'none'],
      code_challenge_methods_supported: ['S256'],
    });
}
