import { randomUUID } from 'node:crypto';
import { describeError, type Log } from '../server/log.ts';
import { type Answer, isReply } from '../server/reply.ts';
import type { RequestMeter } from '../server/request-meter.ts';
import type { Service } from '../server/service.ts';
import type { Authenticate } from './authenticate.ts';
import { readBody } from './body.ts';
import { answerPreflight, exposeToBrowsers, FOR_BROWSERS, isPreflight, METHODS } from './cors.ts';
import { bodyTooLarge, overQuota, unexpected, unknownMethod } from './refusal.ts';
import type { RefusalOf } from './refused-requests.ts';
import type { Route, Routes } from './routes.ts';

/** A body that is still being received; the service reads it as it comes. */
function streamed(request: Request): RequestInit {
  return { method: request.method, body: request.body, duplex: 'half' };
}

function isTransparent(route: Route): boolean {
  return route.kind === 'service' && route.service.transparent === true;
}

export type Handle = (request: Request) => Promise<Answer>;
/** What the gateway answers itself, beside its services. */
export type Page = (request: Request, url: URL) => Promise<Response>;

/** The way every request takes: route, key, token, size, service, and one log line at its end. */
export function createGateway(parts: {
  routes: Routes;
  authenticate: Authenticate;
  refusalOf: RefusalOf;
  /** By path. */
  pages: Readonly<Record<string, Page>>;
  /** Called for each request but those for pages: to be watched is what happens to an idle project. */
  onUse: () => void;
  meter: RequestMeter;
  log: Log;
}): Handle {
  const { routes, authenticate, refusalOf, pages, onUse, meter, log } = parts;

  async function serve(service: Service, request: Request, url: URL): Promise<Answer> {
    const judgesTokens = service.judgesTokens === true;
    const authentication = await authenticate({ url, headers: request.headers }, { judgesTokens });
    if (!authentication.ok) {
      exposeToBrowsers(authentication.refusal.headers);
      return authentication.refusal;
    }
    const { caller } = authentication;
    if (service.transparent === true) return service.fetch(request, caller);
    const { method, headers } = request;
    // Apps say who they are by Basic authentication where they exchange codes for tokens.
    if (!judgesTokens || !/^basic /i.test(headers.get('authorization') ?? ''))
      headers.set('authorization', `Bearer ${caller.token}`);
    if (url.searchParams.has('apikey')) url.searchParams.delete('apikey');
    const reply = await service.reply?.({ method, url, headers }, caller);
    if (reply !== undefined) return reply;
    const limit = service.maxBodyBytes;
    if (limit === undefined)
      return service.fetch(new Request(url, { ...streamed(request), headers }), caller);
    const body = await readBody(request, limit);
    if (!body.ok) return bodyTooLarge(limit);
    return service.fetch(new Request(url, { method, headers, body: body.bytes }), caller);
  }

  async function answer(request: Request, url: URL, route: Route): Promise<Answer> {
    if (!METHODS.includes(request.method)) return unknownMethod(request.method);
    if (isPreflight(request) && !isTransparent(route)) return answerPreflight(request);
    const page = pages[url.pathname];
    if (page !== undefined) return page(request, url);
    const because = refusalOf(request.method, url.pathname);
    if (because !== undefined) return overQuota(because);
    return route.kind === 'service' ? serve(route.service, request, url) : route.answer;
  }

  return async (request) => {
    const started = performance.now();
    const requestId = randomUUID();
    const url = new URL(request.url);
    if (!(url.pathname in pages)) onUse();
    const route = routes(url.pathname);
    const service = route.kind === 'service' ? route.service.name : 'gateway';
    const end = meter.begin(service);
    let response: Answer;
    try {
      response = await answer(request, url, route);
    } catch (error) {
      log('error', 'request failed', { service, request_id: requestId, ...describeError(error) });
      meter.failed(service);
      response = unexpected(requestId);
    }
    end(response.status);
    log('info', 'request', {
      service,
      request_id: requestId,
      method: request.method,
      path: url.pathname,
      status: response.status,
      duration_ms: Math.round(performance.now() - started),
    });
    return marked(response, requestId, !isTransparent(route));
  };
}

function marked(answer: Answer, requestId: string, forBrowsers: boolean): Answer {
  if (isReply(answer))
    return { ...answer, headers: { ...answer.headers, ...FOR_BROWSERS, 'sb-request-id': requestId } };
  const headers = new Headers(answer.headers);
  if (forBrowsers) exposeToBrowsers(headers);
  headers.set('sb-request-id', requestId);
  return new Response(answer.body, { status: answer.status, headers });
}
