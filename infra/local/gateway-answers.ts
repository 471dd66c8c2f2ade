import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ErrorBody } from '../../functions/contract/errors.ts';
import { OVER_QUOTA } from '../../functions/core/usage/restriction.ts';
import type { ProjectStatus } from '../../functions/contract/status.ts';

/** What the gateway itself says of a project, in place of the project. */
export interface Refusal {
  readonly httpStatus: number;
  readonly body: ErrorBody & { readonly status?: ProjectStatus };
  /** Seconds. */
  readonly retryAfter?: number;
}

const WHAT_TO_DO: { readonly [status in ProjectStatus]?: (ref: string) => string } = {
  INACTIVE: (ref) =>
    `Send the request with one of the project’s keys, or restore it with POST /v1/projects/${ref}/restore.`,
  INIT_FAILED: (ref) =>
    `GET /platform/projects/${ref}/events tells why; delete the project and create it again.`,
  PAUSE_FAILED: (ref) => `Pause it again with POST /v1/projects/${ref}/pause.`,
  RESTORE_FAILED: (ref) => `Restore it again with POST /v1/projects/${ref}/restore.`,
};

export function noProject(name: string, requestId: string): Refusal {
  return {
    httpStatus: 404,
    body: {
      message: `There is no project ${name.slice(0, 64)}.`,
      code: 'not_found',
      suggestion: 'Check the project’s address on the dashboard.',
      request_id: requestId,
    },
  };
}

export function notRunning(
  ref: string,
  status: ProjectStatus,
  retryAfter: number | undefined,
  requestId: string,
): Refusal {
  return {
    httpStatus: 503,
    ...(retryAfter === undefined ? {} : { retryAfter }),
    body: {
      message: `The project ${ref} is not running: it is ${status}.`,
      code: 'unavailable',
      suggestion: WHAT_TO_DO[status]?.(ref) ?? `Try again in ${retryAfter ?? 60} seconds.`,
      status,
      request_id: requestId,
    },
  };
}

export function overQuota(because: string, requestId: string): Refusal {
  return {
    httpStatus: 402,
    body: {
      message: because,
      code: 'quota_exceeded',
      suggestion: OVER_QUOTA,
      request_id: requestId,
    },
  };
}

export function unreachable(ref: string, requestId: string): Refusal {
  return {
    httpStatus: 502,
    retryAfter: 1,
    body: {
      message: `The project ${ref} did not answer.`,
      code: 'unavailable',
      suggestion: 'Try again; if it happens again, look into the project’s log.',
      request_id: requestId,
    },
  };
}

export function outage(requestId: string): Refusal {
  return {
    httpStatus: 503,
    retryAfter: 1,
    body: { message: 'The gateway cannot look up the project.', code: 'unavailable', request_id: requestId },
  };
}

export function badRequest(message: string, requestId: string): Refusal {
  return { httpStatus: 400, body: { message, code: 'validation_failed', request_id: requestId } };
}

function escape(text: string): string {
  return text.replaceAll(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}

function page({ body, retryAfter }: Refusal): string {
  const refresh = retryAfter === undefined ? '' : `<meta http-equiv="refresh" content="${retryAfter}">`;
  return `<!doctype html><html lang="en"><head><meta charset="utf-8">${refresh}
<meta name="viewport" content="width=device-width"><title>${escape(body.message)}</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:32rem;margin:20vh auto;padding:0 1rem;color-scheme:light dark}</style>
</head><body><h1>${escape(body.message)}</h1><p>${escape(body.suggestion ?? '')}</p></body></html>
`;
}

/** A page in a browser reads these answers from any origin, as it does the project's own. */
const CORS = [
  ['Access-Control-Allow-Origin', '*'],
  ['Access-Control-Expose-Headers', 'Retry-After, X-Request-Id'],
  ['Access-Control-Allow-Methods', 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS'],
].flat();

/** Answers in the project's place; how many bytes the body has. */
export function refuse(request: IncomingMessage, response: ServerResponse, refusal: Refusal): number {
  const { httpStatus, retryAfter, body } = refusal;
  const headers = [...CORS, 'X-Request-Id', body.request_id, 'Cache-Control', 'no-store'];
  const asked = request.headers['access-control-request-headers'];
  if (asked !== undefined) headers.push('Access-Control-Allow-Headers', asked);
  if (request.method === 'OPTIONS' && request.headers['access-control-request-method'] !== undefined) {
    // A browser that is refused here never asks the question whose answer tells what is wrong.
    response.writeHead(204, headers).end();
    return 0;
  }
  const html = request.method === 'GET' && (request.headers.accept ?? '').includes('text/html');
  const content = Buffer.from(html ? page(refusal) : JSON.stringify(body));
  headers.push('Content-Type', html ? 'text/html; charset=utf-8' : 'application/json');
  headers.push('Content-Length', `${content.length}`, 'X-Content-Type-Options', 'nosniff');
  if (html) headers.push('Content-Security-Policy', "default-src 'none'; style-src 'unsafe-inline'");
  if (retryAfter !== undefined) headers.push('Retry-After', `${retryAfter}`);
  response.writeHead(httpStatus, headers).end(content);
  return request.method === 'HEAD' ? 0 : content.length;
}
