import { type DomainError, PortError, TransientError } from '../core/kernel/errors.ts';
import { Admission } from './admission.ts';
import type { EntryPorts } from './call.ts';
import { corsHeaders, preflightHeaders } from './cors.ts';
import type { Answer, Received, Serve } from './http.ts';
import { HttpRequest } from './http-request.ts';
import { note, surroundingsOf } from './note.ts';
import { PathRouter } from './path-router.ts';
import type { Route } from './route.ts';

type RoutesByMethod<Ports extends EntryPorts> = Map<string, Route<Ports>>;

/** One place that turns requests into calls and errors into answers. */
export function serveRoutes<Ports extends EntryPorts>(ports: Ports, served: readonly Route<Ports>[]): Serve {
  const { log, random, dashboardUrl } = ports;
  const router = routerOf(served);
  const admission = new Admission(ports);

  function answer(request: HttpRequest, { method }: Received, routes: RoutesByMethod<Ports>) {
    // What is to be had by GET can be asked about by HEAD.
    const route = routes.get(method) ?? (method === 'HEAD' ? routes.get('GET') : undefined);
    if (method === 'OPTIONS' && corsHeaders(request.origin, dashboardUrl) !== undefined) {
      const allowed = Object.entries(preflightHeaders([...routes.keys()]));
      for (const [name, value] of allowed) request.answerHeader(name, value);
      return request.empty();
    }
    if (route === undefined) {
      request.answerHeader('allow', [...routes.keys()].join(', '));
      return request.refuse(wrongMethod(method));
    }
    return log.within(surroundingsOf(request, route.operation), () => carryOut(request, route));
  }

  async function carryOut(request: HttpRequest, route: Route<Ports>): Promise<Answer> {
    const began = performance.now();
    let answered: Answer;
    try {
      const result = await route.serve(request, ports);
      answered = result.ok
        ? await request.answer(result.value, route.operation)
        : request.refuse(result.error);
    } catch (error) {
      log.error('request failed', error);
      answered = request.refuse(outage(error));
    }
    note(route.operation, answered, performance.now() - began, ports);
    return answered;
  }

  return (received) => {
    const found = router.match(received.path);
    const request = new HttpRequest(received, found?.parameters ?? {}, { admission, random });
    const open = corsHeaders(request.origin, dashboardUrl);
    for (const [name, value] of Object.entries(open ?? {})) request.answerHeader(name, value);
    return found === undefined
      ? request.refuse({ code: 'not_found', message: `There is nothing at ${received.path}.` })
      : answer(request, received, found.value);
  };
}

/** To the routes of each path, by method. */
function routerOf<Ports extends EntryPorts>(
  served: readonly Route<Ports>[],
): PathRouter<RoutesByMethod<Ports>> {
  const router = new PathRouter<RoutesByMethod<Ports>>();
  const paths = Map.groupBy(served, ({ operation }) => operation.path);
  for (const [path, routes] of paths)
    router.add(path, new Map(routes.map((route) => [route.operation.method, route])));
  return router;
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
