import { openPool } from '../database/pool.ts';
import { sqlOver } from '../database/sql.ts';
import { OF_POSTGRES } from '../server/customer-metrics.ts';
import type { Health, Service, ServiceContext } from '../server/service.ts';
import { type Auth, tooMany } from './auth.ts';
import { type Answer, type Call, readBody } from './call.ts';
import { readConflict } from './conflicts.ts';
import { createMailer } from './mail/mailer.ts';
import { createOutbox, noMail, type SendMail } from './mail/outbox.ts';
import { createSmtp } from './mail/smtp.ts';
import { Refusal } from './refusal.ts';
import { createMatcher } from './routes.ts';
import { createGrants } from './sessions/grants.ts';
import type { AuthSettings } from './settings.ts';
import { createRateLimits } from './sign-in/rate-limits.ts';
import { createThrottle } from './sign-in/throttle.ts';
import { createTable } from './table.ts';
import { readBreachList } from './users/breach-list.ts';

const PREFIX = '/auth/v1';

/** The largest that anything here takes is a user's metadata. */
const MAX_BODY_BYTES = 1024 * 1024;

/** GoTrue's default for verifications: 30 in five minutes. */
const MOST_FAILURES = 30;
const FAILURE_WINDOW_MS = 5 * 60_000;

export async function createAuthService(context: ServiceContext): Promise<Service> {
  const { config, database, log, customerMetrics } = context;
  const rules = config.auth;
  const sql = sqlOver(openPool(config, 'supabase_auth_admin'));
  const auth: Auth = {
    sql,
    config,
    rules,
    passwords: { ...rules.password, breached: await readBreachList(rules.password.breachList) },
    mail: createMailer(
      chooseDriver(rules),
      {
        externalUrl: config.externalUrl,
        siteUrl: rules.siteUrl,
        templates: rules.templates,
        mailsPerHour: rules.limits.mailsPerHour,
      },
      log,
      Date.now,
    ),
    grant: createGrants(sql, config, log),
    failures: createThrottle(MOST_FAILURES, FAILURE_WINDOW_MS, Date.now),
    log,
  };
  customerMetrics.gauge('auth_users_user_count', 'People who have signed up.', async () => {
    const [found] = await sql<{ count: string }[]>`select count(*) from auth.users`;
    return [[OF_POSTGRES, Number(found?.count)]];
  });
  const match = createMatcher(createTable(auth));
  const isLimited = createRateLimits(rules.limits, Date.now);

  async function answer(request: Request, caller: Call['caller']): Promise<Answer> {
    const url = new URL(request.url);
    const path = url.pathname.slice(PREFIX.length);
    const found = match(request.method, path);
    if (found.kind === 'none') return new Refusal(404, 'validation_failed', 'No such endpoint');
    if (found.kind === 'other-method') return new Refusal(405, 'validation_failed', 'Method not allowed');
    const body = await readBody(request);
    if (body instanceof Refusal) return body;
    const call: Call = { query: url.searchParams, body, params: found.params, request, caller };
    return isLimited(path, call) ? tooMany() : found.handler(call);
  }

  return {
    name: 'auth',
    prefix: PREFIX,
    maxBodyBytes: MAX_BODY_BYTES,
    judgesTokens: true,
    async fetch(request, caller) {
      const answered = await answer(request, caller).catch((error: unknown) => {
        const conflict = readConflict(error);
        if (conflict === undefined) throw error;
        return conflict;
      });
      return answered instanceof Refusal ? answered.toResponse() : answered;
    },
    health: () => checkTables(database.driver),
    close: () => sql.end(),
  };
}

function chooseDriver({ smtp, outbox, sender }: AuthSettings): SendMail {
  if (smtp !== undefined) return createSmtp({ ...smtp, sender });
  return outbox === undefined ? noMail : createOutbox(outbox, sender);
}

async function checkTables(sql: ServiceContext['database']['driver']): Promise<Health> {
  const found = await sql`
    select from pg_class where relname = 'users' and relnamespace = (select oid from pg_namespace where nspname = 'auth')`;
  return found.length === 1
    ? { healthy: true }
    : { healthy: false, error: 'The table auth.users is missing.' };
}
