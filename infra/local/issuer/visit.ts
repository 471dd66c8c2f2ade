import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Page, document } from './pages.ts';

/** Forms of these pages hold an address and two passwords. */
const MAX_FORM_BYTES = 16 * 1024;

/**
 * No script but our own file, no frame around it. Pages are not kept, and no other site learns of the links that lead
 * here; the browser still says to ourselves where a form comes from.
 */
export const PAGE_HEADERS = {
  'content-security-policy':
    "default-src 'none'; style-src 'self'; script-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
  'cache-control': 'no-store',
  'cross-origin-opener-policy': 'same-origin',
  'referrer-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
} as const;

/** A page to show, a place to go on to, or nothing: what was called has answered itself. */
export type Answer =
  | { readonly kind: 'page'; readonly page: Page; readonly status?: number; readonly retryAfter?: number }
  | { readonly kind: 'redirect'; readonly to: string }
  | { readonly kind: 'answered' };

export const show = (page: Page, status = 200): Answer => ({ kind: 'page', page, status });
export const redirect = (to: string): Answer => ({ kind: 'redirect', to });

export interface Visit {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Of the path below `/oidc`. */
  readonly params: Readonly<Record<string, string>>;
  readonly address: string;
  /** Of a POST; empty otherwise. */
  readonly form: URLSearchParams;
}

export function answer(response: ServerResponse, given: Answer): void {
  if (given.kind === 'answered') return;
  for (const [name, value] of Object.entries(PAGE_HEADERS)) response.setHeader(name, value);
  if (given.kind === 'redirect') {
    response.writeHead(303, { location: given.to, 'content-length': 0 }).end();
    return;
  }
  const content = Buffer.from(document(given.page));
  if (given.retryAfter !== undefined) response.setHeader('retry-after', given.retryAfter);
  response.writeHead(given.status ?? 200, {
    'content-type': 'text/html; charset=utf-8',
    'content-length': content.length,
  });
  response.end(content);
}

/** Undefined: it is no form, or too long for one of ours. */
export async function readForm(request: IncomingMessage): Promise<URLSearchParams | undefined> {
  if (!/^application\/x-www-form-urlencoded\b/i.test(request.headers['content-type'] ?? '')) return undefined;
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    if (!(chunk instanceof Buffer)) continue;
    bytes += chunk.length;
    if (bytes > MAX_FORM_BYTES) return undefined;
    chunks.push(chunk);
  }
  return new URLSearchParams(Buffer.concat(chunks).toString('utf8'));
}

/** Proves that a form was made by us for whoever has `binding`: an interaction's cookie, a session's, a mailed link. */
export const csrfToken = (key: string, binding: string) =>
  createHmac('sha256', key).update(`form of ${binding}`).digest('base64url');

export function isGenuine(form: URLSearchParams, key: string, binding: string): boolean {
  const sent = Buffer.from(form.get('csrf') ?? '');
  const expected = Buffer.from(csrfToken(key, binding));
  return sent.length === expected.length && timingSafeEqual(sent, expected);
}

/** Whether a browser says that a page of another site sends this. */
export function isForeign({ headers }: IncomingMessage, origin: string): boolean {
  if (headers['sec-fetch-site'] !== undefined) return headers['sec-fetch-site'] !== 'same-origin';
  return headers.origin !== undefined && headers.origin !== origin;
}
