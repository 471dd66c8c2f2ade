/** As long as browsers believe the answer to a preflight; Chrome's limit. */
const BELIEVED_SECONDS = 7200;

const READABLE =
  'allow, retry-after, x-request-id, x-ratelimit-limit, x-ratelimit-remaining, x-ratelimit-reset';

/**
 * What lets the dashboard, and no other site, call the API from where it is: on AWS at a host of its own. Empty: the
 * request is not a page's, or another site's.
 */
export function corsHeaders(
  origin: string | undefined,
  dashboardUrl: string,
): Readonly<Record<string, string>> | undefined {
  if (origin === undefined || origin !== new URL(dashboardUrl).origin) return undefined;
  return { 'access-control-allow-origin': origin, 'access-control-expose-headers': READABLE, vary: 'origin' };
}

export const preflightHeaders = (methods: readonly string[]): Readonly<Record<string, string>> => ({
  'access-control-allow-methods': methods.join(', '),
  'access-control-allow-headers': 'authorization, content-type, idempotency-key',
  'access-control-max-age': `${BELIEVED_SECONDS}`,
});
