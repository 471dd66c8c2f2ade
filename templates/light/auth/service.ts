import { App } from '@supabase/lite';
import { connectAs } from '../database/connections.ts';
import type { Service, ServiceContext } from '../server/service.ts';
import { createOutbox, noMail } from './outbox.ts';

/** The largest that anything here takes is a user's metadata. */
const MAX_BODY_BYTES = 1024 * 1024;

export async function createAuthService({ config }: ServiceContext): Promise<Service> {
  const connection = connectAs(config, 'supabase_auth_admin');
  const { siteUrl, tokenLifetimeSeconds, signupDisabled, autoconfirm, outbox } = config.auth;
  const app = new App({
    connection,
    api: { enabled: false, external_url: config.externalUrl },
    auth: {
      enabled: true,
      jwt_secret: config.jwtSecret,
      jwt_expiry: tokenLifetimeSeconds,
      site_url: siteUrl,
      enable_signup: !signupDisabled,
      email: { enable_confirmations: !autoconfirm },
    },
    storage: { enabled: false },
    options: {
      server: { apiKeys: false, disableStudio: true },
      drivers: {
        email: outbox === undefined ? noMail : createOutbox(outbox, `noreply@${new URL(siteUrl).hostname}`),
        sms: { send: async () => {} },
      },
    },
  });
  await app.init();
  return {
    name: 'auth',
    prefix: '/auth/v1',
    maxBodyBytes: MAX_BODY_BYTES,
    judgesTokens: true,
    fetch: (request) => app.fetch(request),
    async health() {
      return { healthy: true };
    },
    close: () => connection.close(),
  };
}
