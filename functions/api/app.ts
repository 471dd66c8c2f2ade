import { Hono } from 'hono';
import { OPERATIONS } from '../contract/index.ts';
import { openApi } from '../contract/openapi.ts';
import { type DomainError, PortError, TransientError } from '../core/kernel/errors.ts';
import { Admission } from './admission.ts';
import type { ApiPorts } from './call.ts';
import { corsHeaders, preflightHeaders } from './cors.ts';
import { DOCS_HEADERS, docsPage } from './docs-page.ts';
import { type HttpContext, HttpRequest } from './http-request.ts';
import { PathRouter } from './path-router.ts';
import type { Route } from './route.ts';
import { ROUTES } from './routes.ts';

/** What only the server that took the connection knows. */
export interface Connection {
  readonly ip: string;
  /** Where that server has given the request an id already. */
  readonly requestId?: string;
  /** The request's headers, by their names in lower case, where that server has them at hand. */
  readonly header?: (name: string) => string | undefined;
}

type Env = { Bindings: Connection };

/** The HTTP entry: one place that turns requests into calls and errors into answers. */
export function createApp(ports: ApiPorts): Hono<Env> {
  const app = new Hono<Env>({ router: new PathRouter() });
  const admission = new Admission(ports);
  const begin = (c: HttpContext) => {
    const request = new HttpRequest(c, admission, ports.random);
    const open = corsHeaders(request.origin, ports.dashboardUrl);
    for (const [name, value] of Object.entries(open ?? {})) request.answerHeader(name, value);
    return request;
  };
  for (const [path, routes] of routesByPath()) {
    app.all(path.replaceAll(/\{(\w+)\}/g, ':$1'), async (c) => {
      const request = begin(c);
      const route = routes.get(c.req.method);
      if (c.req.method === 'OPTIONS' && corsHeaders(request.origin, ports.dashboardUrl) !== undefined) {
        const allowed = Object.entries(preflightHeaders([...routes.keys()]));
        for (const [name, value] of allowed) request.answerHeader(name, value);
        return request.empty();
      }
      if (route === undefined) {
        request.answerHeader('allow', [...routes.keys()].join(', '));
        return request.refuse(wrongMethod(c.req.method));
      }
      try {
        const result = await route.serve(request, ports);
        return result.ok ? request.answer(result.value, route.operation) : request.refuse(result.error);
      } catch (error) {
        const about = { request_id: request.id, path: c.req.path };
        ports.log.error('request failed', error, about);
        return request.refuse(outage(error));
      }
    });
  }
  app.get('/docs', (c) => c.html(docsPage(openApi(OPERATIONS)), 200, DOCS_HEADERS));
  app.notFound((c) => begin(c).refuse({ code: 'not_found', message: `There is nothing at ${c.req.path}.` }));
  return app;
}

/** The routes of each path, by method. */
function routesByPath(): ReadonlyMap<string, ReadonlyMap<string, Route>> {
  const paths = new Map<string, Map<string, Route>>();
  for (const route of ROUTES) {
    const { path, method } = route.operation;
    paths.set(path, (paths.get(path) ?? new Map<string, Route>()).set(method, route));
  }
  return paths;
}

const wrongMethod = (method: string): DomainError => ({
  code: 'method_not_allowed',
  message: `${method} is not possible here.`,
});

/** An exception is a bug or an outage. Only what ports say for people to read is shown. */
function outage(error: unknown): DomainError {
  if (error instanceof TransientError)
    return { code: 'unavailable', message: error.message, suggestion: 'Try again.' };
  if (error instanceof PortError) {
    const { message, suggestion } = error;
    return { code: 'unavailable', message, ...(suggestion === undefined ? {} : { suggestion }) };
  }
  return {
    code: 'internal',
    message: 'Something went wrong on our side.',
    suggestion: 'Try again; if it happens again, look for the request_id in the log.',
  };
}
