import { connectAs, disconnect } from '../database/connections.ts';
import type { Health, Service, ServiceContext } from '../server/service.ts';
import { createResend, createSignup } from './confirmation.step.ts';
import { type Exchange, readExchange, type Step, textField } from './exchange.ts';
import { createGrants } from './grants.step.ts';
import { createLiteAuth } from './lite-app.ts';
import { createMailer, mailWish } from './mailer.ts';
import { createOutbox, noMail } from './outbox.ts';
import { createPasswordless } from './passwordless.step.ts';
import { createFlowBegin, createFlowEnd } from './pkce.step.ts';
import { AuthStore } from './store.ts';
import { createThrottle } from './throttle.ts';
import { createUserChange } from './user-change.step.ts';
import { createVerify } from './verify.step.ts';

const PREFIX = '/auth/v1';

/** The largest that anything here takes is a user's metadata. */
const MAX_BODY_BYTES = 1024 * 1024;

/** GoTrue's default for verifications: 30 in five minutes. */
const VERIFY_FAILURES = 30;
const VERIFY_WINDOW_MS = 5 * 60_000;

export async function createAuthService({ config, database }: ServiceContext): Promise<Service> {
  const { siteUrl, autoconfirm, outbox } = config.auth;
  const connection = connectAs(config, 'supabase_auth_admin');
  const store = new AuthStore(connection);
  const sender = `noreply@${new URL(siteUrl).hostname}`;
  const driver = outbox === undefined ? noMail : createOutbox(outbox, sender);
  const mailer = createMailer(driver, { ...config.auth, externalUrl: config.externalUrl });
  const lite = await createLiteAuth(config, connection, mailer);

  const grants = createGrants(store, config);
  const throttle = createThrottle(VERIFY_FAILURES, VERIFY_WINDOW_MS, Date.now);
  const verify = [createFlowEnd(store), createVerify(store, throttle, siteUrl), grants];
  const passwordless = createPasswordless(store, config.auth);
  const steps: Readonly<Record<string, readonly Step[]>> = {
    'POST /signup': [createFlowBegin(store, 'signup'), createSignup(store, mailer), grants],
    'POST /token': [grants],
    'POST /otp': [createFlowBegin(store, 'magiclink'), passwordless],
    'POST /magiclink': [createFlowBegin(store, 'magiclink'), passwordless],
    'POST /recover': [createFlowBegin(store, 'recovery')],
    'POST /verify': verify,
    'GET /verify': verify,
    'GET /callback': [grants],
    'POST /callback': [grants],
    'POST /resend': [createResend(store, mailer)],
    'PUT /user': [createUserChange(store, autoconfirm)],
    'GET /health': [async () => Response.json(VERSION)],
  };

  return {
    name: 'auth',
    prefix: PREFIX,
    maxBodyBytes: MAX_BODY_BYTES,
    judgesTokens: true,
    async fetch(request) {
      const exchange = await readExchange(request, PREFIX);
      const wish = {
        redirectTo: exchange.query.get('redirect_to') ?? undefined,
        pkce: textField(exchange.body, 'code_challenge') !== undefined,
      };
      const taken = steps[`${exchange.method} ${exchange.path}`] ?? [];
      const answer = taken.reduceRight<(exchange: Exchange) => Promise<Response>>(
        (next, step) => (current) => step(current, next),
        ({ request: current }) => lite(current),
      );
      return mailWish.run(wish, () => answer(exchange));
    },
    health: () => checkTables(database.driver),
    close: () => disconnect(connection),
  };
}

const VERSION = {
  version: 'lite-0.10.0',
  name: 'GoTrue',
  description: 'GoTrue is a user registration and authentication API',
};

async function checkTables(sql: ServiceContext['database']['driver']): Promise<Health> {
  const found = await sql`
    select from pg_class where relname = 'users' and relnamespace = (select oid from pg_namespace where nspname = 'auth')`;
  return found.length === 1
    ? { healthy: true }
    : { healthy: false, error: 'The table auth.users is missing.' };
}
