import type { Authenticate } from '../gateway/authenticate.ts';
import type { RefusalOf } from '../gateway/refused-requests.ts';
import type { Routes } from '../gateway/routes.ts';
import type { Upgrade } from './listener.ts';
import { describeError, type Log } from './log.ts';

/** Hands a WebSocket handshake to the service that owns the path, after the same checks as any request. */
export function createUpgrade(parts: {
  routes: Routes;
  authenticate: Authenticate;
  refusalOf: RefusalOf;
  log: Log;
}): Upgrade {
  const { routes, authenticate, refusalOf, log } = parts;
  return async (request, socket, head) => {
    const refuse = (status: string) =>
      socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
    try {
      const url = new URL(request.url ?? '/', 'http://project');
      const route = routes(url.pathname);
      if (route.kind === 'none' || route.service.upgrade === undefined) return void refuse('404 Not Found');
      if (refusalOf('GET', url.pathname) !== undefined) return void refuse('402 Payment Required');
      const headers = new Headers(
        Object.entries(request.headersDistinct).flatMap(([name, values = []]) =>
          values.map((value): [string, string] => [name, value]),
        ),
      );
      const judgesTokens = route.service.judgesTokens === true;
      const authentication = await authenticate({ url, headers }, { judgesTokens });
      if (!authentication.ok) return void refuse('401 Unauthorized');
      route.service.upgrade(request, socket, head, authentication.caller);
      log('info', 'upgrade', { path: url.pathname });
    } catch (error) {
      log('error', 'upgrade failed', describeError(error));
      refuse('500 Internal Server Error');
    }
  };
}
