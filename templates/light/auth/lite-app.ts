import { App } from '@supabase/lite';
import type { PostgresConnection } from '@supabase/lite/postgres';
import type { Config } from '../settings/config.ts';
import type { Answer } from './exchange.ts';
import type { AuthMailer } from './mailer.ts';

/** lite's Auth alone; keys have been checked before. Its tables are `templates/database`'s, it makes none. */
export async function createLiteAuth(
  config: Config,
  connection: PostgresConnection,
  mailer: AuthMailer,
): Promise<Answer> {
  const { siteUrl, redirectUrls, tokenLifetimeSeconds, signupDisabled, autoconfirm } = config.auth;
  const app = new App({
    connection,
    api: { enabled: false, external_url: config.externalUrl },
    auth: {
      enabled: true,
      jwt_secret: config.jwtSecret,
      jwt_expiry: tokenLifetimeSeconds,
      site_url: siteUrl,
      additional_redirect_urls: [...redirectUrls],
      enable_signup: !signupDisabled,
      // Without rotation lite honours a refresh token for ever, however often it was exchanged.
      enable_refresh_token_rotation: true,
      email: { enable_confirmations: !autoconfirm, double_confirm_changes: true },
    },
    storage: { enabled: false },
    options: { server: { apiKeys: false, disableStudio: true } },
  });
  app._mailer = mailer;
  await app.init();
  return (request) => app.fetch(request);
}
