import { Hono } from 'hono';
import { type DomainError, PortError, TransientError } from '../core/kernel/errors.ts';
import { Admission } from './admission.ts';
import type { EntryPorts } from './call.ts';
import { corsHeaders, preflightHeaders } from './cors.ts';
import { type HttpContext, HttpRequest } from './http-request.ts';
import { noted } from './noted.ts';
import { PathRouter } from './path-router.ts';
import type { Route } from './route.ts';

/** What only the server that took the connection knows. */
export interface Connection {
  readonly ip: string;
  /** Where that server has given the request an id already. */
  readonly requestId?: string;
  /** The request's headers, by their names in lower case, where that server has them at hand. */
  readonly header?: (name: string) => string | undefined;
}

export type Served = Hono<{ Bindings: Connection }>;

/** One place that turns requests into calls and errors into answers. */
export function serveRoutes<Ports extends EntryPorts>(ports: Ports, served: readonly Route<Ports>[]): Served {
  const app = new Hono<{ Bindings: Connection }>({ router: new PathRouter() });
  const admission = new Admission(ports);
  const begin = (c: HttpContext) => {
    const request = new HttpRequest(c, admission, ports.random);
    const open = corsHeaders(request.origin, ports.dashboardUrl);
    for (const [name, value] of Object.entries(open ?? {})) request.answerHeader(name, value);
    return request;
  };
  for (const [path, routes] of routesByPath(served)) {
    app.all(path.replaceAll(/\{(\w+)\}/g, ':$1'), async (c) => {
      const request = begin(c);
      const { method } = c.req;
      const route = routes.get(method);
      if (method === 'OPTIONS' && corsHeaders(request.origin, ports.dashboardUrl) !== undefined) {
        const allowed = Object.entries(preflightHeaders([...routes.keys()]));
        for (const [name, value] of allowed) request.answerHeader(name, value);
        return request.empty();
      }
      if (route === undefined) {
        request.answerHeader('allow', [...routes.keys()].join(', '));
        return request.refuse(wrongMethod(method));
      }
      return noted({ id: request.id, path: request.path, operation: route.operation }, ports, async () => {
        try {
          const result = await route.serve(request, ports);
          return result.ok ? request.answer(result.value, route.operation) : request.refuse(result.error);
        } catch (error) {
          ports.log.error('request failed', error);
          return request.refuse(outage(error));
        }
      });
    });
  }
  app.notFound((c) => begin(c).refuse({ code: 'not_found', message: `There is nothing at ${c.req.path}.` }));
  return app;
}

/** The routes of each path, by method. */
function routesByPath<Ports extends EntryPorts>(
  served: readonly Route<Ports>[],
): ReadonlyMap<string, ReadonlyMap<string, Route<Ports>>> {
  const paths = new Map<string, Map<string, Route<Ports>>>();
  for (const route of served) {
    const { path, method } = route.operation;
    paths.set(path, (paths.get(path) ?? new Map<string, Route<Ports>>()).set(method, route));
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
