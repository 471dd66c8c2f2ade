import { ERROR_STATUS, type ErrorBody, type ErrorCode } from '../contract/errors.ts';
import type { Wake } from '../core/project/wake-project.ts';
import { OVER_QUOTA } from '../core/usage/restriction.ts';

/** What becomes of a request that found nothing running. */
export type Waked =
  | Wake
  /** Its plan has no more of what the request takes. `because`: for a person. */
  | { readonly kind: 'restricted'; readonly because: string };

/** What the edge says of the request that it could not hand over. */
export interface Asked {
  readonly method: string;
  readonly accept: string;
  readonly requestId: string;
}

interface Saying {
  readonly code: ErrorCode;
  readonly message: string;
  readonly suggestion: string;
  /** Seconds. */
  readonly retryAfter?: number;
}

/** A restore takes half a minute and more: sooner than this it makes no sense to look again. */
const COMING_SECONDS = 5;

function sayingOf(wake: Waked): Saying {
  switch (wake.kind) {
    case 'unknown':
      return {
        code: 'not_found',
        message: 'There is no project at this address.',
        suggestion: 'Check the project’s address on the dashboard.',
      };
    case 'ready':
      return {
        code: 'unavailable',
        message: 'The project is starting to answer.',
        suggestion: 'Try again.',
        retryAfter: 1,
      };
    case 'coming':
      return {
        code: 'unavailable',
        message: `The project is not running yet: it is ${wake.status}.`,
        suggestion: `Try again in ${COMING_SECONDS} seconds.`,
        retryAfter: COMING_SECONDS,
      };
    case 'restricted':
      return { code: 'quota_exceeded', message: wake.because, suggestion: OVER_QUOTA };
    case 'asleep':
      return {
        code: 'unavailable',
        message: `The project is not running: it is ${wake.status}.`,
        suggestion: 'Restore it on the dashboard, or send a request with one of its keys.',
      };
  }
}

/** The edge's location that hands a request to its project once more; nobody else minds the header that names it. */
const EDGE_AGAIN = '@woken';

/** Of any other request the edge has let the body go by. */
const BODILESS: ReadonlySet<string> = new Set(['GET', 'HEAD']);

/** A browser shows its script these answers whatever page it is on, as it does the project's own. */
const CORS = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers': 'retry-after, x-request-id',
};

/**
 * The edge passes on no header by which the browser asks. All that Supabase's clients send; the asterisk stands for
 * any header but Authorization.
 */
const PREFLIGHT = {
  ...CORS,
  'access-control-allow-methods': 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS',
  'access-control-allow-headers': 'authorization, apikey, content-type, x-client-info, *',
};

/** A browser that is refused here never asks the question that wakes the project. */
export const answerPreflight = () => new Response(null, { status: 204, headers: PREFLIGHT });

/** In place of the project. */
export function answerFor(wake: Waked, asked: Asked): Response {
  const saying = sayingOf(wake);
  const html = asked.method === 'GET' && asked.accept.includes('text/html');
  const { retryAfter } = saying;
  const again = wake.kind === 'ready' && BODILESS.has(asked.method);
  return new Response(html ? page(saying) : JSON.stringify(bodyOf(saying, asked)), {
    status: ERROR_STATUS[saying.code],
    headers: {
      ...CORS,
      'cache-control': 'no-store',
      'content-type': html ? 'text/html; charset=utf-8' : 'application/json',
      'x-content-type-options': 'nosniff',
      ...(html ? { 'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'" } : {}),
      ...(retryAfter === undefined ? {} : { 'retry-after': `${retryAfter}` }),
      ...(again ? { 'x-accel-redirect': EDGE_AGAIN } : {}),
    },
  });
}

function bodyOf({ code, message, suggestion }: Saying, { requestId }: Asked): ErrorBody {
  return { message, code, suggestion, request_id: requestId };
}

/** All of its text is ours or of a closed set: nothing in it needs escaping. */
function page({ message, suggestion, retryAfter }: Saying): string {
  const refresh = retryAfter === undefined ? '' : `<meta http-equiv="refresh" content="${retryAfter}">`;
  return `<!doctype html><html lang="en"><head><meta charset="utf-8">${refresh}
<meta name="viewport" content="width=device-width"><title>${message}</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:32rem;margin:20vh auto;padding:0 1rem;color-scheme:light dark}</style>
</head><body><h1>${message}</h1><p>${suggestion}</p></body></html>
`;
}
