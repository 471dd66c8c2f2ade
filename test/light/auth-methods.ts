import { type OidcProvider, providerSetting } from './oidc-provider.ts';
import { adminMethods } from './auth-methods-admin.ts';
import { sessionMethods } from './auth-methods-session.ts';
import type { AuthMethod } from './auth-methods-world.ts';
import { signInMethods } from './auth-methods-sign-in.ts';
import type { Settings } from './running-project.ts';

/** The settings of a project whose every way in is open. */
export function authMethodSettings(provider: OidcProvider): Settings {
  return {
    MAILER_AUTOCONFIRM: 'false',
    SMTP_MAX_FREQUENCY: '0',
    ENABLE_ANONYMOUS_USERS: 'true',
    SECURITY_MANUAL_LINKING_ENABLED: 'true',
    OAUTH_SERVER_ENABLED: 'true',
    ADDITIONAL_REDIRECT_URLS: 'http://app.test/**',
    AUTH_OIDC_PROVIDERS: providerSetting({ 'custom:acme': provider }),
  };
}

export const PROVIDER_REDIRECT = 'http://project.test/p/x/auth/v1/callback';

export const authMethods: readonly AuthMethod[] = [...signInMethods, ...sessionMethods, ...adminMethods];
