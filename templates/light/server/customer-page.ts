import type { Page } from '../gateway/gateway.ts';
import type { KeyResolver } from '../gateway/keys.ts';
import type { Metrics } from './metrics.ts';
import { expositionOf } from './metrics-page.ts';

/** Where Supabase serves a project's metrics to whoever owns it. */
export const CUSTOMER_METRICS = '/customer/v1/privileged/metrics';

const USER = 'service_role';

/** Basic authentication, as collectors can do it: the user `service_role`, whose password is a key of that role. */
export function createCustomerPage(metrics: Metrics, resolveKey: KeyResolver): Page {
  return async ({ headers }) => {
    const match = await resolveKey(passwordIn(headers.get('authorization') ?? ''));
    if (match === undefined || match === 'disabled' || match.caller.role !== USER) return unauthorized();
    return expositionOf(metrics);
  };
}

function passwordIn(authorization: string): string {
  const [, credentials = ''] = /^Basic\s+(\S+)\s*$/i.exec(authorization) ?? [];
  const text = Buffer.from(credentials, 'base64').toString();
  return text.startsWith(`${USER}:`) ? text.slice(USER.length + 1) : '';
}

function unauthorized(): Response {
  return Response.json(
    {
      message: 'Unauthorized',
      hint: `Use Basic authentication: the user is ${USER}, the password a secret key or the service_role key.`,
    },
    { status: 401, headers: { 'www-authenticate': 'Basic realm="metrics"' } },
  );
}
